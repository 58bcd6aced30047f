import { join } from 'node:path';
import { artifactPath, installFile, type PlacedArtifact, placeArtifact } from '@millwright/artifacts';
import { hostPlatform, run } from '@millwright/toolkit';
import { checkArtifact } from './check.js';
import { finalFileName } from './messages.js';
import type { BuildRequest } from './request.js';

/**
 * Checks a built file and moves it to its place, with its side files.
 * @param repositoryRoot the Nx workspace's folder, absolute
 * @throws MillwrightError ARTIFACT_REFUSED and those of placing
 */
export async function handOver(
  source: string,
  request: BuildRequest,
  repositoryRoot: string,
  revision: string | undefined,
): Promise<PlacedArtifact> {
  const { options, package: pkg, platform, triple } = request;
  const name = finalFileName(source);
  if (!/\.(a|lib)$/.test(name)) await checkArtifact(source, name, request);
  const destination =
    options.outputPath === undefined
      ? artifactPath({ target: platform?.platform ?? triple, configuration: options.profile, name })
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
      features: [...options.features].sort(),
      defaultFeatures: options.defaultFeatures,
      allFeatures: options.allFeatures,
      toolchain: request.toolchain.name,
      linker: request.linker.strategy,
    },
  });
  if (options.installTo !== undefined && platform === hostPlatform()) {
    await installFile(placed.path, join(repositoryRoot, options.installTo));
  }
  return placed;
}

/** The commit that the sources stand at, marked where they were changed since; undefined outside git. */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const result = await run('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude', '*'], {
    cwd: folder,
  });
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}
