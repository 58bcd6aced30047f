/** What a built file says of itself. */
export interface ObjectFile {
  readonly format: 'elf' | 'mach-o' | 'pe';
  readonly kind: 'executable' | 'library' | 'object' | 'other';
  readonly bits: 32 | 64;
  readonly endianness: 'little' | 'big';
  /** As the platform table names it: x86_64, aarch64, …; a number in hexadecimal where it is none of ours. */
  readonly architecture: string;
  /** The program that loads it (ELF PT_INTERP, Mach-O LC_LOAD_DYLINKER); undefined where it needs none. */
  readonly interpreter: string | undefined;
  readonly neededLibraries: readonly string[];
  /** Which C library it is linked to, as interpreter and libraries tell; undefined for none. */
  readonly libc: 'glibc' | 'musl' | undefined;
  /** The highest glibc version that its symbols require, such as 2.34. */
  readonly requiredGlibc: string | undefined;
  /** The glibc versions that it requires, each with the symbols that do; names may be absent in a damaged table. */
  readonly glibcSymbols: readonly GlibcRequirement[];
  /** The architectures of a universal Mach-O file; one elsewhere. */
  readonly architectures: readonly string[];
}

export interface GlibcRequirement {
  readonly version: string;
  readonly symbols: readonly string[];
}

/** Orders versions of dotted numbers: negative where the first is older; 2.9 is older than 2.34. */
export function compareVersions(one: string, other: string): number {
  const a = one.split('.').map(Number);
  const b = other.split('.').map(Number);
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
