import { compareVersions } from './glibc-version.js';
import type { ObjectFile } from './object-file.js';

/** The requirements that a built file must satisfy to run at its destination. */
export interface Expectation {
  readonly architecture: string | undefined;
  readonly format: 'elf' | 'mach-o' | 'pe';
  readonly libc: 'gnu' | 'musl' | undefined;
  /** The highest glibc version that it may require. */
  readonly glibc: string | undefined;
}

/** Returns why a file must not be delivered, or undefined if it may be. */
export function rejectionReason(file: ObjectFile, expected: Expectation): string | undefined {
  if (file.format !== expected.format)
    return `it is ${file.format}, and the platform runs ${expected.format}`;
  if (expected.architecture !== undefined && !file.architectures.includes(expected.architecture)) {
    return `it is built for ${file.architectures.join(' and ')}, and the platform is ${expected.architecture}`;
  }
  if (expected.libc === 'musl' && file.libc === 'glibc') return 'it needs glibc, and the platform has musl';
  if (expected.libc === 'gnu' && file.libc === 'musl') return 'it needs musl, and the platform has glibc';
  if (
    expected.glibc !== undefined &&
    file.requiredGlibc !== undefined &&
    compareVersions(file.requiredGlibc, expected.glibc) > 0
  ) {
    return `it needs glibc ${file.requiredGlibc}, and ${expected.glibc} is the floor: ${symbolsAbove(file, expected.glibc)}`;
  }
  return undefined;
}

function symbolsAbove(file: ObjectFile, floor: string): string {
  return file.glibcSymbols
    .filter(({ version }) => compareVersions(version, floor) > 0)
    .map(({ version, symbols }) => `${symbols.join(', ')} (${version})`)
    .join(', ');
}
