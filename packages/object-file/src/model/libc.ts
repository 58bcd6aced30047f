/** A C library that a dynamic ELF file needs at run time; `none` where it needs no library at all. */
export type RuntimeLibc = 'glibc' | 'musl' | 'bionic' | 'uclibc' | 'none' | 'unknown';

const interpreters: readonly (readonly [RegExp, RuntimeLibc])[] = [
  [/^ld-musl-/, 'musl'],
  [/^ld(64)?-uClibc/, 'uclibc'],
  [/^linker(64)?$/, 'bionic'],
  // glibc's loader by architecture (glibc wiki, "ABIList"); ld64 on s390x and POWER. MIPS has ld.so.1, which
  // says nothing: Solaris has it too.
  [/^(ld-linux[-.]|ld64\.so\.[12]$)/, 'glibc'],
];

const libraries: readonly (readonly [RegExp, RuntimeLibc])[] = [
  [/^libc\.musl-/, 'musl'],
  [/^(libc\.so\.6(\.1)?|ld-linux.*\.so\.\d)$/, 'glibc'],
  [/^libc\.so\.0$/, 'uclibc'],
];

/**
 * The C library behind an interpreter and the needed libraries. The interpreter goes first, by its file name
 * alone: Nix and others keep loaders in folders of their own.
 * @param versions the symbol versions needed; bionic's are named LIBC, where musl has none
 */
export function libcOf(
  interpreter: string | undefined,
  needed: readonly string[],
  versions: readonly string[],
): RuntimeLibc {
  const loader = interpreter?.slice(interpreter.lastIndexOf('/') + 1);
  const byLoader = loader === undefined ? undefined : interpreters.find(([name]) => name.test(loader));
  if (byLoader) return byLoader[1];
  if (loader === undefined && needed.length === 0) return 'none';
  const byLibrary = libraries.find(([name]) => needed.some((library) => name.test(library)));
  if (byLibrary) return byLibrary[1];
  if (needed.includes('libc.so')) return versions.includes('LIBC') ? 'bionic' : 'musl';
  return 'unknown';
}

/** The operating system that a C library implies; undefined where it runs on several. */
export function systemOfLibc(libc: RuntimeLibc): string | undefined {
  if (libc === 'bionic') return 'android';
  return libc === 'none' || libc === 'unknown' ? undefined : 'linux';
}
