import { type Expectation, MillwrightError, readObjectFile, refusal } from '@millwright/toolkit';
import type { BuildRequest } from './request.js';

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

/**
 * Reads a built file and refuses one that cannot run where it goes.
 * @throws MillwrightError ARTIFACT_REFUSED, OBJECT_FILE_INVALID
 */
export async function checkArtifact(path: string, name: string, request: BuildRequest): Promise<void> {
  const expected = expectationFor(request);
  const file = await readObjectFile(path);
  const why = refusal(file, expected);
  if (why === undefined) return;
  throw new MillwrightError('ARTIFACT_REFUSED', {
    what: `${name} cannot run on ${request.platform?.platform ?? request.triple}`,
    why,
  });
}
