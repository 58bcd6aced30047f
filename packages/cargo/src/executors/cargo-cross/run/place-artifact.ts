import { join, posix, relative, sep } from 'node:path';
import {
  builderOf,
  deliverArtifact,
  installFile,
  libcSuffix,
  type PlacedArtifact,
  type UnitsRecord,
} from '@millwright/artifacts';
import { checkWithinWorkspace, hostPlatform, type InputsRecord, tripleOf } from '@millwright/toolkit';
import { expectationFor } from './expectation.js';
import { finalFileName } from '../../../cargo-cli/messages.js';
import { type BuildMetrics, metricsRecord } from './metrics.js';
import type { BuildRequest } from '../plan/request.js';

/** The Nx workspace that artifacts are placed in. */
export interface ArtifactWorkspace {
  /** Its folder, absolute. */
  readonly repositoryRoot: string;
  /** Returns whether the workspace has a project of this name. */
  readonly isProject: (name: string) => boolean;
}

/** Facts about a build beyond its request. */
export interface PlacementFacts {
  /** The commit of the sources; undefined outside git. */
  readonly revision: string | undefined;
  readonly metrics: BuildMetrics;
  /** The feature sets that failed before this one, each with the reason. */
  readonly fallbackFrom: readonly { readonly features: string; readonly why: string }[];
  /** The Nx task; undefined for builds without Nx. */
  readonly task: string | undefined;
}

/** Facts about one artifact of a build. */
export interface ArtifactFacts extends PlacementFacts {
  readonly inputs: InputsRecord;
  readonly units: UnitsRecord | undefined;
}

/** Formats the note about an artifact of an earlier build that this build does not make. */
export function formatRemoved(path: string): string {
  return `removed ${path}, which this build no longer produces`;
}

/**
 * Checks a built file and moves it to its place, together with its side files.
 * @throws MillwrightError ARTIFACT_REFUSED, and the errors of `deliverArtifact`
 */
export async function placeArtifact(
  source: string,
  request: BuildRequest,
  { repositoryRoot, isProject }: ArtifactWorkspace,
  { revision, metrics, fallbackFrom, task, inputs, units }: ArtifactFacts,
): Promise<PlacedArtifact> {
  const { options, features: set, package: pkg, platform, triple } = request;
  const name = finalFileName(source);
  const placed = await deliverArtifact({
    source,
    name,
    target: platform?.platform ?? triple,
    configuration: options.profile,
    // A non-default libc has no folder of its own: the suffix keeps its artifact apart from the default one.
    suffix: platform && libcSuffix(triple, [triple, tripleOf(platform.platform)]),
    outputPath: options.outputPath,
    expected: isLoaded(name) ? expectationFor(request) : undefined,
    workspaceRoot: repositoryRoot,
    project: request.project,
    isProject,
    version: {
      crate: pkg.name,
      version: pkg.version,
      revision: revision ?? null,
      platform: platform?.platform ?? null,
      target: triple,
      profile: options.profile,
      features: [...set.features].sort(),
      defaultFeatures: set.defaultFeatures,
      allFeatures: set.allFeatures,
      ...(fallbackFrom.length === 0 ? {} : { fallbackFrom }),
      toolchain: request.toolchain.name,
      linker: request.linker.strategy,
    },
    metrics: metricsRecord(metrics),
    inputs,
    units,
    provenance: {
      tool: 'cargo',
      task,
      folder: relative(repositoryRoot, request.folder).split(sep).join(posix.sep) || '.',
      options,
      builder: builderOf(process.env),
    },
  });
  if (options.installTo !== undefined && platform === hostPlatform()) {
    checkWithinWorkspace(repositoryRoot, options.installTo);
    await installFile(placed.path, join(repositoryRoot, options.installTo));
  }
  return placed;
}

/** Returns whether the system's loader loads the file; static libraries and WebAssembly are not checked. */
function isLoaded(name: string): boolean {
  return !/\.(a|lib|wasm)$/.test(name);
}
