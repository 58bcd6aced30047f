import { join } from 'node:path';
import { deliverArtifact, installFile, libcSuffix, type PlacedArtifact } from '@millwright/artifacts';
import { checkWithinWorkspace, hostPlatform, type InputsRecord, tripleOf } from '@millwright/toolkit';
import { expectationFor } from './expectation.js';
import { finalFileName } from '../../../cargo-cli/messages.js';
import { type BuildMetrics, metricsRecord } from './metrics.js';
import type { BuildRequest } from '../plan/request.js';

/** The Nx workspace that artifacts are placed in. */
export interface HandOverWorkspace {
  /** Its folder, absolute. */
  readonly repositoryRoot: string;
  /** Whether a name is that of one of its projects. */
  readonly isProject: (name: string) => boolean;
}

/** What is known of a build beside its request. */
export interface HandOverFacts {
  /** The commit of the sources; undefined outside git. */
  readonly revision: string | undefined;
  readonly metrics: BuildMetrics;
  /** The sets of features that could not be built before this one, each with the reason. */
  readonly fallbackFrom: readonly { readonly features: string; readonly why: string }[];
}

/** A line about an artifact that an earlier build left and the present one does not make. */
export function formatRemoved(path: string): string {
  return `removed ${path}, which this build does not make`;
}

/**
 * Checks a built file and moves it to its place, with its side files.
 * @throws MillwrightError ARTIFACT_REFUSED and those of placing
 */
export async function handOver(
  source: string,
  request: BuildRequest,
  { repositoryRoot, isProject }: HandOverWorkspace,
  { revision, metrics, fallbackFrom, inputs }: HandOverFacts & { readonly inputs: InputsRecord },
): Promise<PlacedArtifact> {
  const { options, features: set, package: pkg, platform, triple } = request;
  const name = finalFileName(source);
  const placed = await deliverArtifact({
    source,
    name,
    target: platform?.platform ?? triple,
    configuration: options.profile,
    // Without a folder of its own, another libc must not take the place of the platform's usual one.
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
  });
  if (options.installTo !== undefined && platform === hostPlatform()) {
    checkWithinWorkspace(repositoryRoot, options.installTo);
    await installFile(placed.path, join(repositoryRoot, options.installTo));
  }
  return placed;
}

/** Static libraries and WebAssembly are not object files that a system loads. */
function isLoaded(name: string): boolean {
  return !/\.(a|lib|wasm)$/.test(name);
}
