import { resolve } from 'node:path';
import type { PlacedArtifact } from '@millwright/artifacts';
import { hostPlatform, parseOptions, platformInfo } from '@millwright/toolkit';
import type { z } from 'zod';
import { buildPrograms } from './executors/build/build-programs.js';
import { schema } from './executors/build/schema.js';

export interface GoBuild {
  /** The folder of the module's go.mod. */
  readonly module: string;
  /** The folder that contains `artifacts/` (default: the module's folder). */
  readonly workspace?: string;
  /** The project name recorded in the `.version` files (default: `standalone`). */
  readonly project?: string;
  /**
   * The options of the executor `build`. `packages` maps program names to packages; `platform` defaults to
   * the host.
   */
  readonly options: z.input<typeof schema>;
}

/**
 * Builds the programs of a Go module for one platform without Nx. Runs the same go command and checks, and
 * writes the same files, as the target `build-<os>-<arch>`, but has no cache and records no undeclared
 * inputs.
 * @throws MillwrightError OPTION_INVALID, GO_TOOLCHAIN_MISSING, COMPILE_FAILED, ARTIFACT_REFUSED and other
 * errors of go
 */
export async function buildGo({
  module,
  workspace = module,
  project = 'standalone',
  options,
}: GoBuild): Promise<readonly PlacedArtifact[]> {
  const parsed = parseOptions(schema, options, 'buildGo');
  const platform = platformInfo(parsed.platform ?? hostPlatform().platform);
  return buildPrograms(parsed, platform, {
    root: resolve(workspace),
    folder: resolve(module),
    project,
    isProject: (name) => name === project,
    task: undefined,
  });
}
