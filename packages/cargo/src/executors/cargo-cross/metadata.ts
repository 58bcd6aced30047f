import { MillwrightError, run } from '@millwright/toolkit';
import type { Toolchain } from '../../toolchain/locate.js';

export interface CargoTarget {
  readonly kind: readonly string[];
  readonly crate_types: readonly string[];
  readonly name: string;
}

export interface CargoPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Absolute path of the manifest. */
  readonly manifest_path: string;
  readonly targets: readonly CargoTarget[];
  readonly features: Readonly<Record<string, readonly string[]>>;
  /** `path` is there for dependencies by path, and leads to the crate's folder, absolute. */
  readonly dependencies: readonly { readonly path?: string | null }[];
}

/** What `cargo metadata --no-deps` says of a workspace (Cargo reference, "cargo metadata", format version 1). */
export interface CargoMetadata {
  readonly packages: readonly CargoPackage[];
  readonly workspace_root: string;
  readonly target_directory: string;
  /** Where cargo keeps what is no final file; since cargo 1.91, before that the target folder. */
  readonly build_directory?: string;
}

/**
 * Asks cargo for the workspace that a folder belongs to. Nothing is resolved, so nothing is fetched.
 * @throws MillwrightError CARGO_FAILED with what cargo says
 */
export async function cargoMetadata(folder: string, toolchain: Toolchain): Promise<CargoMetadata> {
  const result = await run(toolchain.cargo, ['metadata', '--no-deps', '--format-version', '1'], {
    cwd: folder,
    env: { RUSTC: process.env.RUSTC ?? toolchain.rustc },
  });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as CargoMetadata;
  throw new MillwrightError('CARGO_FAILED', {
    what: `cargo cannot read the workspace of ${folder}`,
    why: result.stderr.trim(),
    output: result.stderr,
  });
}
