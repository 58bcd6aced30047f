import {
  inputsRecordEnding,
  type Libc,
  type MillwrightError,
  platformInfo,
  platformNames,
  platformOfTriple,
  tripleOf,
} from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';

/** The folder of all artifacts, relative to the Nx workspace. */
export const artifactsFolder = 'artifacts';

/** The folder of archives, relative to `artifacts/`. It has a subfolder for each project. */
export const archivesFolder = 'archives';

/** The folder of images, relative to `artifacts/`. It has a subfolder for each image. */
export const imagesFolder = 'images';

/** The configuration whose artifacts are placed directly below `artifacts/`. */
export const defaultConfiguration = 'release';

/** The list of all artifacts, relative to the Nx workspace. */
export const checksumsPath = `${artifactsFolder}/checksums.json`;

/** The extensions of an artifact's side files. Each is an output of the task that builds the artifact. */
export const sideFileEndings = {
  sha256: '.sha256',
  version: '.version',
  metrics: '.metrics.json',
  inputs: inputsRecordEnding,
  units: '.units.json',
  provenance: '.provenance.json',
} as const;

/** The extensions of files beside an artifact that tasks after the build write. */
export const laterFileEndings = {
  sbom: '.cdx.json',
  scan: '.security-scan.json',
  rebuild: '.rebuild.json',
  signedRebuild: '.rebuild.sigstore.json',
} as const;

export interface ArtifactLocation {
  /**
   * A platform (`linux/arm64`) or a target triple. A triple outside the platform table is used as the folder's name.
   */
  readonly target: string;
  /** The Nx configuration. All except `release` have their own folder. */
  readonly configuration: string;
  /** The file name, with the platform's extension if it has one. */
  readonly name: string;
  /** Distinguishes the folder from the platform's default one: see {@link libcSuffix}. */
  readonly suffix?: Libc | undefined;
  /** The project's own subfolder, if it needs one: see `projectFolders`. */
  readonly projectFolder?: string | undefined;
}

/**
 * Where an artifact goes, relative to the Nx workspace, with forward slashes:
 * `artifacts/linux/amd64/x` for `release`, `artifacts/dev/linux/amd64/x` for another configuration,
 * `artifacts/linux/amd64-musl/x` with a suffix, `artifacts/wasm32-wasip1/x` for an unknown triple,
 * `artifacts/linux/amd64/<project>/x` in a project's own folder.
 * @throws MillwrightError ARTIFACTS_NAME_INVALID, PLATFORM_UNKNOWN
 */
export function artifactPath({
  target,
  configuration,
  name,
  suffix,
  projectFolder,
}: ArtifactLocation): string {
  if (isSideFile(name)) {
    throw invalidName(
      'artifact',
      name,
      'its extension is reserved for the files beside an artifact, such as .sha256',
    );
  }
  const platform = target.includes('/') ? platformInfo(target) : platformOfTriple(target);
  const folder = platform
    ? `${platform.platform}${suffix === undefined ? '' : `-${suffix}`}`
    : plainSegment('target triple', target);
  return [
    artifactsFolder,
    ...(configuration === defaultConfiguration ? [] : [configurationSegment(configuration)]),
    folder,
    ...(projectFolder === undefined ? [] : [plainSegment('project folder', projectFolder)]),
    plainSegment('artifact', name),
  ].join('/');
}

/**
 * Which suffix the folder of a triple bears, so that no two of a build's triples share a folder and the
 * commonest build lies at the plainest place: a platform's default triple (gnu on Linux, msvc on Windows)
 * has the plain folder; another libc has it only where the default is not among the build's triples.
 * @param configured every triple that the same project is built for
 */
export function libcSuffix(triple: string, configured: readonly string[]): Libc | undefined {
  const platform = platformOfTriple(triple);
  if (!platform) return undefined;
  const standard = tripleOf(platform.platform);
  if (triple === standard || !configured.includes(standard)) return undefined;
  return libcs.find((libc) => platform.triples[libc] === triple);
}

/** Returns the paths of an artifact's side files. */
export function sideFilesOf(artifact: string): Readonly<Record<keyof typeof sideFileEndings, string>> {
  return {
    sha256: `${artifact}${sideFileEndings.sha256}`,
    version: `${artifact}${sideFileEndings.version}`,
    metrics: `${artifact}${sideFileEndings.metrics}`,
    inputs: `${artifact}${sideFileEndings.inputs}`,
    units: `${artifact}${sideFileEndings.units}`,
    provenance: `${artifact}${sideFileEndings.provenance}`,
  };
}

/** Returns whether a name is that of a side file. */
export function isSideFile(name: string): boolean {
  return [...Object.values(sideFileEndings), ...Object.values(laterFileEndings)].some((ending) =>
    name.endsWith(ending),
  );
}

export interface ArtifactFolder {
  /** The platform, or the folder's name if that is a target triple or was chosen by the user. */
  readonly platform: string;
  /**
   * Whether the layout puts artifacts of a known platform there. Any other folder below `artifacts/` may hold
   * artifacts or something else altogether; the `.sha256` files in it tell.
   */
  readonly known: boolean;
  /** The C library in the folder's suffix. */
  readonly libc?: Libc;
  /** The configuration, for folders of the layout. */
  readonly configuration?: string;
}

/**
 * What the layout holds in a folder: {@link artifactPath} read backwards.
 * @param folder relative to `artifacts/`, with forward slashes
 */
export function readFolder(folder: string): ArtifactFolder {
  const segments = folder.split('/');
  for (const start of segments.keys()) {
    // The configuration may precede the platform, and the project's folder may follow it.
    for (const end of [segments.length, segments.length - 1]) {
      const found = platformByFolder.get(segments.slice(start, end).join('/'));
      if (found === undefined) continue;
      const configuration = start === 0 ? defaultConfiguration : start === 1 ? segments[0] : undefined;
      return {
        ...found,
        known: configuration !== undefined && end === segments.length,
        ...(configuration === undefined ? {} : { configuration }),
      };
    }
  }
  return { platform: segments.at(-1) ?? folder, known: false };
}

const libcs: readonly Libc[] = ['gnu', 'musl'];

const platformByFolder = new Map<string, Pick<ArtifactFolder, 'platform' | 'libc'>>(
  platformNames.flatMap((platform) => [
    [platform, { platform }] as const,
    ...libcs.map((libc) => [`${platform}-${libc}`, { platform, libc }] as const),
  ]),
);

/** Names with a leading dot are reserved for locks and temporary files. */
function plainSegment(kind: string, segment: string): string {
  if (segment === '') throw invalidName(kind, segment, 'it is empty');
  if (/[/\\\p{Cc}]/u.test(segment)) {
    throw invalidName(kind, segment, 'it contains a slash, a backslash or a control character');
  }
  if (segment.startsWith('.')) throw invalidName(kind, segment, 'it starts with a dot');
  return segment;
}

function configurationSegment(configuration: string): string {
  if (configuration === archivesFolder || configuration === imagesFolder)
    throw invalidName('configuration', configuration, `this folder is reserved for ${configuration}`);
  return plainSegment('configuration', configuration);
}

function invalidName(kind: string, name: string, why: string): MillwrightError {
  return artifactError('ARTIFACTS_NAME_INVALID', {
    what: `${JSON.stringify(name)} cannot be the name of a${kind === 'artifact' ? 'n' : ''} ${kind}`,
    why,
  });
}
