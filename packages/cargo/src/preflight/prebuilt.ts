import { join } from 'node:path';
import { type MillwrightError } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { isMet, type MachineFiles, type NativeNeed } from './native-libraries.js';

/** Returns the error if no prebuilt library of a package is published for the target. */
export function unpublishedError(
  need: NativeNeed,
  version: string,
  triple: string,
): MillwrightError | undefined {
  const { package: name, prebuilt } = need;
  if (prebuilt === undefined) return undefined;
  return cargoError('NATIVE_LIBRARY_MISSING', {
    what: `${name} ${version} has no prebuilt library for ${triple}`,
    why: 'the build script of the crate downloads a prebuilt library, and none is published for this target triple',
    remedy: `build for another C library, or set ${prebuilt.archiveVariable} to the path of a local archive; ${prebuilt.sourceVariable}=1 builds the library from source, which can take an hour`,
  });
}

/** Returns the error if a package's prebuilt library is neither available locally nor downloadable. */
export function undownloadableError(
  need: NativeNeed,
  version: string,
  triple: string,
  machine: MachineFiles,
  folders: { readonly cargoHome: string; readonly targetDirectory: string },
): MillwrightError | undefined {
  const { package: name, prebuilt, variables } = need;
  if (prebuilt === undefined || !isMet(need, triple, machine)) return undefined;
  if (variables.some((variable) => machine.env[variable] !== undefined)) return undefined;
  const cache = join(folders.cargoHome, prebuilt.cache);
  // With some features, the file name contains additional text between version and triple.
  const isDownloaded = machine.list(cache).some((file) => {
    return file.includes(`_v${escaped(version)}_`) && file.includes(`_${escaped(triple)}_`);
  });
  const { targetDirectory } = folders;
  const built = [targetDirectory, join(targetDirectory, triple)].some((folder) => {
    return machine.list(folder).some((profile) => machine.exists(join(folder, profile, 'gn_out')));
  });
  if (isDownloaded || built) return undefined;
  return cargoError('SOURCE_UNREACHABLE', {
    what: `the prebuilt library of ${name} ${version} for ${triple} has not been downloaded`,
    why: 'the build script of the crate requires it, and cargo is in offline mode',
    remedy: downloadRemedy(prebuilt.url(version, triple), prebuilt.archiveVariable),
  });
}

/** Returns the remedy for a machine that cannot download an archive. */
export function downloadRemedy(url: string, variable: string): string {
  return `download ${url} on another machine, and set ${variable} to the path of the file`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '_');
}
