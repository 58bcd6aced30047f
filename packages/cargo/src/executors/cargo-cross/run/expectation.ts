import type { Expectation } from '@millwright/object-file';
import type { BuildRequest } from '../plan/request.js';

/** Returns the format, architecture and libc that the build's files must have. */
export function expectationFor({ platform, triple, options }: BuildRequest): Expectation {
  const format = triple.includes('-apple-') ? 'mach-o' : triple.includes('-windows-') ? 'pe' : 'elf';
  return {
    architecture: platform?.objectArchitecture,
    format,
    libc:
      format !== 'elf'
        ? undefined
        : triple.includes('musl')
          ? 'musl'
          : triple.includes('gnu')
            ? 'gnu'
            : undefined,
    glibc: options.glibc,
  };
}
