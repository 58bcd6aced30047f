/**
 * ELF's e_machine values by our names (System V gABI, "ELF Header"; Linux, include/uapi/linux/elf-em.h).
 */
const machines: Readonly<Record<number, string>> = {
  2: 'sparc',
  3: 'x86',
  4: 'm68k',
  8: 'mips',
  15: 'parisc',
  20: 'powerpc',
  21: 'powerpc64',
  22: 's390',
  40: 'arm',
  42: 'sh',
  43: 'sparc64',
  50: 'ia64',
  62: 'x86_64',
  83: 'avr',
  94: 'xtensa',
  164: 'hexagon',
  183: 'aarch64',
  243: 'riscv',
  247: 'bpf',
  252: 'csky',
  258: 'loongarch',
  0x9026: 'alpha',
};

/** The names of machines whose number does not determine the word size. */
const byWidth: Readonly<Record<string, readonly [narrow: string, wide: string]>> = {
  mips: ['mips', 'mips64'],
  s390: ['s390', 's390x'],
  riscv: ['riscv32', 'riscv64'],
  loongarch: ['loongarch32', 'loongarch64'],
};

export function elfArchitecture(machine: number, bits: 32 | 64): string {
  const name = machines[machine] ?? `machine-0x${machine.toString(16)}`;
  return byWidth[name]?.[bits === 32 ? 0 : 1] ?? name;
}

/** EI_OSABI values that identify a system (System V gABI). Most toolchains leave 0. */
const systems: Readonly<Record<number, string>> = {
  2: 'netbsd',
  3: 'linux',
  6: 'solaris',
  9: 'freebsd',
  12: 'openbsd',
};

/** Note owners that identify a system. GNU's ABI tag contains a number instead (LSB, "Note Sections"). */
const noteOwners: Readonly<Record<string, string>> = {
  FreeBSD: 'freebsd',
  NetBSD: 'netbsd',
  OpenBSD: 'openbsd',
  Android: 'android',
};
const gnuAbiTag: readonly (string | undefined)[] = ['linux', 'hurd', 'solaris', 'freebsd'];

export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  /** The first 32-bit word of the description, if it is long enough. */
  readonly word: number | undefined;
}

/** Returns the system of an ELF file according to its notes or header. */
export function elfSystem(osAbi: number, notes: readonly ElfNote[]): string | undefined {
  const named = notes.map((note) => noteOwners[note.owner]).find((system) => system !== undefined);
  if (named !== undefined) return named;
  const tag = notes.find((note) => note.owner === 'GNU' && note.type === 1);
  return tag?.word === undefined ? systems[osAbi] : gnuAbiTag[tag.word];
}
