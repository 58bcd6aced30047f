/** The C library that a dynamic ELF file requires at run time. `none` if it requires no library. */
export type RuntimeLibc = 'glibc' | 'musl' | 'bionic' | 'uclibc' | 'none' | 'unknown';

const interpreters: readonly (readonly [RegExp, RuntimeLibc])[] = [
  [/^ld-musl-/, 'musl'],
  [/^ld(64)?-uClibc/, 'uclibc'],
  [/^linker(64)?$/, 'bionic'],
  // glibc's loader by architecture (glibc wiki, "ABIList"); ld64 on s390x and POWER. MIPS uses ld.so.1,
  // which is ambiguous: Solaris uses it too.
  [/^(ld-linux[-.]|ld64\.so\.[12]$)/, 'glibc'],
];

const libraries: readonly (readonly [RegExp, RuntimeLibc])[] = [
  [/^libc\.musl-/, 'musl'],
  [/^(libc\.so\.6(\.1)?|ld-linux.*\.so\.\d)$/, 'glibc'],
  [/^libc\.so\.0$/, 'uclibc'],
];

/**
 * Determines the C library from the interpreter and the required libraries. The interpreter's file name
 * takes precedence, without its folder, because Nix and others keep loaders in their own folders.
 * @param versions the required symbol versions; bionic's are named LIBC, musl has none
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

/** Returns the operating system that a C library implies, or undefined if it supports several. */
export function systemOfLibc(libc: RuntimeLibc): string | undefined {
  if (libc === 'bionic') return 'android';
  return libc === 'none' || libc === 'unknown' ? undefined : 'linux';
}
