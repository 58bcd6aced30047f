import { readObjectFile, rejectionReason } from '@millwright/object-file';
import { platformInfo, platformNames } from '@millwright/toolkit';
import type { ListDifference } from './prove.js';

/**
 * Returns why a binary is not for the target of a record; undefined if it may be. Unlike Go, Rust does not write the platform
 * into its list.
 * @throws ObjectFileError if the file is not an object file
 */
export async function platformDifference(path: string, target: string): Promise<ListDifference | undefined> {
  const platform = platformNames.find((name) => name === target);
  if (platform === undefined) return undefined;
  const { goos, objectArchitecture: architecture } = platformInfo(platform);
  const format = goos === 'windows' ? 'pe' : goos === 'darwin' ? 'mach-o' : 'elf';
  const file = await readObjectFile(path);
  const why = rejectionReason(file, { format, architecture, libc: undefined, glibc: undefined });
  return why === undefined ? undefined : { component: target, why };
}
