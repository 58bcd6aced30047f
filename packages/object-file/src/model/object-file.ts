import type { Endianness } from '../bytes/byte-reader.js';
import type { RuntimeLibc } from './libc.js';

/** What an object file says of itself: what it is, where it can run, and what it needs there. */
export interface ObjectFile {
  readonly format: 'elf' | 'mach-o' | 'pe';
  readonly kind: ObjectKind;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
  /**
   * The instruction set, by the names of `PlatformInfo.objectArchitecture`; one without a name here appears as
   * its number, `machine-0x105`.
   */
  readonly architecture: string;
  /** `linux`, `darwin`, `windows`, `freebsd` …; undefined where the file does not say, as many static ELF files. */
  readonly os: string | undefined;
  /** The path of the dynamic loader (PT_INTERP, LC_LOAD_DYLINKER); undefined where none is asked for. */
  readonly interpreter: string | undefined;
  /** The C library that must be there at run time, `none` for a static program; undefined outside ELF. */
  readonly libc: RuntimeLibc | undefined;
  /** The highest glibc version that the loader demands, such as `2.34`; undefined where it demands none. */
  readonly requiredGlibc: string | undefined;
  /** All glibc versions that the loader demands, each once and with what needs it; the lowest first. */
  readonly glibcSymbols: readonly GlibcRequirement[];
  /** The libraries that are loaded with the file: DT_NEEDED, LC_LOAD_DYLIB and its kin, the PE import table. */
  readonly neededLibraries: readonly string[];
  /** The name that a library gives itself: DT_SONAME, LC_ID_DYLIB. */
  readonly soname: string | undefined;
  /** Folders that are searched for libraries first: DT_RUNPATH or else DT_RPATH, LC_RPATH. */
  readonly runPaths: readonly string[];
  /**
   * Of a universal Mach-O file the architecture of each slice; the other fields are then those of the first.
   * Elsewhere the one architecture.
   */
  readonly architectures: readonly string[];
}

/** A glibc release that a file needs at least, and its reasons. */
export interface GlibcRequirement {
  /** Such as `2.34`. */
  readonly version: string;
  /**
   * The symbols of this version, and the markers of the loader's abilities (GLIBC_ABI_DT_RELR), which stand for
   * no symbol.
   */
  readonly symbols: readonly string[];
}

/** `library` is a shared one; `object` what a linker takes; `other` a core dump, a debug companion, a kernel extension … */
export type ObjectKind = 'executable' | 'library' | 'object' | 'other';
