import type { Expectation } from '@millwright/object-file';
import type { BuildRequest } from '../plan/request.js';

/** What a final file of a build has to be. */
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
