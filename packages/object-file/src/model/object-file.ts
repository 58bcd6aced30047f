import type { Endianness } from '../bytes/byte-reader.js';
import type { RuntimeLibc } from './libc.js';

/** The properties of an object file: its kind, where it can run, and its requirements. */
export interface ObjectFile {
  readonly format: 'elf' | 'mach-o' | 'pe';
  readonly kind: ObjectKind;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
  /**
   * The instruction set, in the spelling of `PlatformInfo.objectArchitecture`. An unknown one appears as
   * its number, `machine-0x105`.
   */
  readonly architecture: string;
  /**
   * `linux`, `darwin`, `windows`, `freebsd` …. Undefined if the file does not specify it, as many static
   * ELF files.
   */
  readonly os: string | undefined;
  /** The path of the dynamic loader (PT_INTERP, LC_LOAD_DYLINKER), if there is one. */
  readonly interpreter: string | undefined;
  /** The required C library, `none` for a static program. Undefined for formats other than ELF. */
  readonly libc: RuntimeLibc | undefined;
  /**
   * The highest glibc version that the loader requires, for example `2.34`. Undefined if it requires none.
   */
  readonly requiredGlibc: string | undefined;
  /** All glibc versions that the loader requires, each with its symbols, lowest first. */
  readonly glibcSymbols: readonly GlibcRequirement[];
  /**
   * The libraries that are loaded with the file: DT_NEEDED, LC_LOAD_DYLIB and its variants, the PE import
   * table.
   */
  readonly neededLibraries: readonly string[];
  /** The name of a library: DT_SONAME, LC_ID_DYLIB. */
  readonly soname: string | undefined;
  /** Folders that are searched for libraries first: DT_RUNPATH, otherwise DT_RPATH; LC_RPATH. */
  readonly runPaths: readonly string[];
  /**
   * The architecture of each slice of a universal Mach-O file, whose other fields are those of the first
   * slice. For other files, the single architecture.
   */
  readonly architectures: readonly string[];
}

/** A required glibc release, and the reasons for it. */
export interface GlibcRequirement {
  /** For example `2.34`. */
  readonly version: string;
  /**
   * The symbols of this version, and markers of loader features (GLIBC_ABI_DT_RELR), which are not symbols.
   */
  readonly symbols: readonly string[];
}

/**
 * `library` is a shared library, `object` is linker input, and `other` is for example a core dump, a
 * separate debug file or a kernel extension.
 */
export type ObjectKind = 'executable' | 'library' | 'object' | 'other';
