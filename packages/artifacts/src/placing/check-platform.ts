import { dirname, posix, relative, sep } from 'node:path';
import {
  type ObjectFile,
  ObjectFileError,
  readArchive,
  readObjectFile,
  rejectionReason,
} from '@millwright/object-file';
import { type Libc, type PlatformInfo, platformInfo, platformNames } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { type ArtifactFolder, artifactsFolder, readFolder } from '../layout/layout.js';

/** The platform and configuration of a build. */
export interface BuiltFor {
  /** The platform. Undefined for an unknown target triple. */
  readonly platform: string | undefined;
  readonly libc: Libc | undefined;
  /** The configuration, if the target has one. */
  readonly configuration: string | undefined;
}

/**
 * Rejects a folder of the layout for another platform or configuration than that of the build. Folders
 * outside the layout are accepted.
 * @param folder relative to the Nx workspace, with forward slashes
 * @throws MillwrightError ARTIFACT_PLACE_WRONG
 */
export function checkFolder(folder: string, built: BuiltFor): void {
  const found = layoutFolder(folder);
  if (found === undefined) return;
  const problems = [
    ...(built.platform === found.platform ? [] : [found.platform]),
    ...(found.libc === undefined || built.libc === undefined || built.libc === found.libc
      ? []
      : [found.libc]),
    ...(found.configuration === undefined ||
    built.configuration === undefined ||
    built.configuration === found.configuration
      ? []
      : [`the configuration ${found.configuration}`]),
  ];
  if (problems.length === 0) return;
  throw artifactError('ARTIFACT_PLACE_WRONG', {
    what: `cannot write the artifacts to ${folder}, which is for ${problems.join(' with ')}`,
    why: `the build is for ${[built.platform ?? 'another target triple', built.libc, built.configuration].filter((part) => part !== undefined).join(', ')}`,
  });
}

/**
 * Rejects an object file for another platform than that of its destination folder, and a static library
 * with such a member. Other files have no platform.
 * @param destination an absolute path
 * @throws MillwrightError ARTIFACT_PLACE_WRONG
 */
export async function checkPlatform(
  source: string,
  destination: string,
  workspaceRoot: string,
): Promise<void> {
  const folder = relative(workspaceRoot, dirname(destination)).split(sep).join('/');
  const found = layoutFolder(folder);
  if (found === undefined) return;
  const why = await problemOf(source, platformInfo(found.platform), found.libc);
  if (why === undefined) return;
  throw artifactError('ARTIFACT_PLACE_WRONG', { what: `cannot place ${source} in ${folder}`, why });
}

async function problemOf(
  source: string,
  platform: PlatformInfo,
  libc: Libc | undefined,
): Promise<string | undefined> {
  const file = await objectFileAt(source);
  if (file !== undefined) return mismatch(file, platform, libc);
  for (const { name, file: member } of readArchive(source)) {
    const why = mismatch(member, platform, libc);
    if (why !== undefined) return `its member ${name}: ${why}`;
  }
  return undefined;
}

/** Returns why a file is not for a platform, or undefined if it may be. */
function mismatch(file: ObjectFile, platform: PlatformInfo, libc: Libc | undefined): string | undefined {
  const { goos, objectArchitecture } = platform;
  if (file.os !== undefined && file.os !== goos)
    return `the file was built for ${file.os}, and the folder is for ${goos}`;
  const format = goos === 'windows' ? 'pe' : goos === 'darwin' ? 'mach-o' : 'elf';
  return rejectionReason(file, { format, architecture: objectArchitecture, libc, glibc: undefined });
}

async function objectFileAt(path: string): Promise<ObjectFile | undefined> {
  try {
    return await readObjectFile(path);
  } catch (error) {
    if (error instanceof ObjectFileError) return undefined;
    throw error;
  }
}

/** Returns the meaning of a folder for a known platform. Undefined for any other folder. */
function layoutFolder(folder: string): ArtifactFolder | undefined {
  const within = posix.normalize(folder).replace(/\/$/, '');
  if (!within.startsWith(`${artifactsFolder}/`)) return undefined;
  const found = readFolder(within.slice(artifactsFolder.length + 1));
  const isKnown = (platformNames as readonly string[]).includes(found.platform);
  return isKnown && found.configuration !== undefined ? found : undefined;
}
