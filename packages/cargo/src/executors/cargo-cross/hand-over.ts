import { join } from 'node:path';
import {
  artifactPath,
  installFile,
  libcSuffix,
  type PlacedArtifact,
  placeArtifact,
} from '@millwright/artifacts';
import { hostPlatform, tripleOf } from '@millwright/toolkit';
import { checkArtifact } from './check.js';
import { finalFileName } from './messages.js';
import { type BuildMetrics, metricsRecord } from './metrics.js';
import type { BuildRequest } from './request.js';

/** What is known of a build beside its request. */
export interface HandOverFacts {
  /** The commit of the sources; undefined outside git. */
  readonly revision: string | undefined;
  readonly metrics: BuildMetrics;
  /** The sets of features that could not be built before this one, each with the reason. */
  readonly fallbackFrom: readonly { readonly features: string; readonly why: string }[];
}

/**
 * Checks a built file and moves it to its place, with its side files.
 * @param repositoryRoot the Nx workspace's folder, absolute
 * @throws MillwrightError ARTIFACT_REFUSED and those of placing
 */
export async function handOver(
  source: string,
  request: BuildRequest,
  repositoryRoot: string,
  { revision, metrics, fallbackFrom }: HandOverFacts,
): Promise<PlacedArtifact> {
  const { options, features: set, package: pkg, platform, triple } = request;
  const name = finalFileName(source);
  if (!/\.(a|lib)$/.test(name)) await checkArtifact(source, name, request);
  const destination =
    options.outputPath === undefined
      ? artifactPath({
          target: platform?.platform ?? triple,
          configuration: options.profile,
          name,
          // Without a folder of its own, another libc must not take the place of the platform's usual one.
          suffix: platform && libcSuffix(triple, [triple, tripleOf(platform.platform)]),
        })
      : join(options.outputPath, name);
  const placed = await placeArtifact({
    source,
    destination: join(repositoryRoot, destination),
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
  });
  if (options.installTo !== undefined && platform === hostPlatform()) {
    await installFile(placed.path, join(repositoryRoot, options.installTo));
  }
  return placed;
}
