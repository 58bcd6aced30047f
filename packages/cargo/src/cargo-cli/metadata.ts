import { resolve } from 'node:path';
import { type Environment, run } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import type { Toolchain } from '../toolchain/locate.js';
import { cargoHomeError } from '../toolchain/cargo-home.js';
import { tooOldError } from '../toolchain/rust-version.js';

export interface CargoTarget {
  readonly kind: readonly string[];
  readonly crate_types: readonly string[];
  readonly name: string;
  /** Features without which cargo skips the target. */
  readonly 'required-features'?: readonly string[];
}

export interface CargoPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Absolute path of the manifest. */
  readonly manifest_path: string;
  readonly targets: readonly CargoTarget[];
  readonly features: Readonly<Record<string, readonly string[]>>;
  /** The minimum supported Rust version. */
  readonly rust_version?: string | null;
  /** `path` is the absolute folder of a path dependency, and not set for others. */
  readonly dependencies: readonly { readonly path?: string | null }[];
}

/** The output of `cargo metadata --no-deps` (Cargo reference, "cargo metadata", format version 1). */
export interface CargoMetadata {
  readonly packages: readonly CargoPackage[];
  readonly workspace_root: string;
  readonly target_directory: string;
  /** The folder for intermediate files since cargo 1.91; before, the target folder. */
  readonly build_directory?: string;
}

/** Build settings that affect which workspace and folders cargo uses. */
export interface MetadataSettings {
  /** Variables in addition to this process's environment. */
  readonly env?: Environment;
  /** Additional arguments of the build. */
  readonly args?: readonly string[];
}

/**
 * Runs `cargo metadata --no-deps` for the workspace of a folder. Does not resolve dependencies, so fetches nothing.
 * @throws MillwrightError CARGO_HOME_UNUSABLE, RUST_TOO_OLD, CARGO_FAILED with cargo's output
 */
export async function cargoMetadata(
  folder: string,
  toolchain: Toolchain,
  { env = {}, args = [] }: MetadataSettings = {},
): Promise<CargoMetadata> {
  const targetFolder = targetFolderIn(args);
  const own = { ...env, ...(targetFolder === undefined ? {} : { CARGO_TARGET_DIR: targetFolder }) };
  const result = await run(
    toolchain.cargo,
    ['metadata', '--no-deps', '--format-version', '1', ...configArguments(args)],
    { cwd: folder, env: { RUSTC: process.env.RUSTC ?? toolchain.rustc, ...own } },
  );
  if (result.exitCode === 0)
    return withFolders(JSON.parse(result.stdout) as CargoMetadata, { ...process.env, ...own });
  const known = tooOldError(result.stderr) ?? cargoHomeError(result.stderr);
  if (known) throw known;
  throw cargoError('CARGO_FAILED', {
    what: `cargo cannot load the workspace of ${folder}`,
    why: result.stderr.trim(),
    output: result.stderr,
  });
}

/** Resolves relative folders in variables against the workspace, because builds run there. */
function withFolders(metadata: CargoMetadata, env: Environment): CargoMetadata {
  const target = env.CARGO_TARGET_DIR ?? env.CARGO_BUILD_TARGET_DIR;
  const build = env.CARGO_BUILD_BUILD_DIR;
  const at = (path: string) => resolve(metadata.workspace_root, path);
  const target_directory = target ? at(target) : metadata.target_directory;
  if (metadata.build_directory === undefined) return { ...metadata, target_directory };
  // A value that begins with a brace is a template, which cargo expands to an absolute path.
  if (build && !build.startsWith('{')) return { ...metadata, target_directory, build_directory: at(build) };
  const isSplit = metadata.build_directory !== metadata.target_directory;
  return {
    ...metadata,
    target_directory,
    build_directory: isSplit ? metadata.build_directory : target_directory,
  };
}

/** Returns the value of `--target-dir` in cargo's arguments. */
function targetFolderIn(args: readonly string[]): string | undefined {
  return args
    .flatMap((arg, index) =>
      args[index - 1] === '--target-dir' ? [arg] : (/^--target-dir=(.+)$/.exec(arg)?.[1] ?? []),
    )
    .at(-1);
}

/** Returns the `--config` arguments among a build's arguments. */
export function configArguments(args: readonly string[]): string[] {
  return args.flatMap((arg, index) =>
    args[index - 1] === '--config' ? ['--config', arg] : arg.startsWith('--config=') ? [arg] : [],
  );
}
