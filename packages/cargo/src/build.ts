import { globSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { artifactPath, libcSuffix, refreshChecksums } from '@millwright/artifacts';
import { hostPlatform, parseOptions, tripleOf } from '@millwright/toolkit';
import { cargoError } from './errors.js';
import type { BuildTask } from './executors/cargo-cross/plan/build-task.js';
import { type BatchEnvironment, buildBatch } from './executors/cargo-cross/run/batch.js';
import { EditedFiles } from './hashing/edited-files.js';
import { LocalCrates } from './hashing/local-crates.js';
import { profileOf } from './inference/resolve-target.js';
import { buildOptions } from './options/build-options.js';

/** A crate to build for one platform. */
export interface CrateBuild {
  /** The folder of the crate, relative to that of the repository. */
  readonly crate: string;
  /** The OCI platform; default: the host platform. */
  readonly platform?: string;
  /** Selects the profile and the artifacts' folder, like the Nx targets' configurations; default: release. */
  readonly configuration?: 'release' | 'dev' | 'testing';
  /** Further options of the executor `cargo-cross`; they override those of the configuration. */
  readonly options?: Omit<z.input<typeof buildOptions>, 'platform'>;
}

/** The result of one build. */
export interface CrateBuildResult {
  readonly build: CrateBuild;
  readonly success: boolean;
  /** The output: diagnostics, artifacts, the error. */
  readonly text: string;
  readonly artifacts: readonly CrateArtifact[];
  /** The error; undefined on success. */
  readonly error: unknown;
}

export interface CrateArtifact {
  /** Relative to the repository's folder, with forward slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
}

export interface CrateBuildSettings {
  /** Receives progress as whole lines; default: progress is discarded. */
  readonly onOutput?: (text: string) => void;
  /** Whether to show cargo's own output. */
  readonly verbose?: boolean;
}

/**
 * Builds crates without Nx. Checks and places artifacts like the Nx targets, and uses the fewest cargo runs that keep
 * artifacts identical to solo builds. Only cargo's target folder is cached. Undeclared inputs are not detected, because
 * nothing is hashed.
 * @param repositoryRoot the folder that contains the crates and receives `artifacts/`, absolute
 * @returns one result per build, in order; a failed build does not affect the others
 * @throws MillwrightError OPTION_INVALID, CARGO_FAILED, before anything is built
 */
export async function buildCrates(
  repositoryRoot: string,
  builds: readonly CrateBuild[],
  { onOutput = () => undefined, verbose = false }: CrateBuildSettings = {},
): Promise<CrateBuildResult[]> {
  const crates = new LocalCrates(repositoryRoot, crateFolders(repositoryRoot));
  const tasks = builds.map((build, index) =>
    buildTaskFor(build, `${build.crate}#${index}`, repositoryRoot, crates),
  );
  const results = new Map<string, Omit<CrateBuildResult, 'build'>>();
  const inRepository = (path: string) => relative(repositoryRoot, path).split(sep).join(posix.sep);
  const folderOf = (folder: string) => inRepository(folder) || '.';
  const environment: BatchEnvironment = {
    repositoryRoot,
    crates,
    verbose,
    color: false,
    // The project names are unknown: treat every name as a project, so that no other crate's artifact is replaced.
    isProject: () => true,
    output: { inPlace: false, write: onOutput, now: () => Date.now() },
    editing: await EditedFiles.start(
      repositoryRoot,
      crates,
      crates.closureOf(builds.map(({ crate }) => crate)),
      'built',
      undefined,
    ),
    declaredBy: () => undefined,
    inputsVariableOf: () => '',
    taskNameOf: () => undefined,
    dependsOn: (folder, on) => crates.closureOf([folderOf(folder)]).some(({ root }) => root === folderOf(on)),
    report: (taskId, { success, text, artifacts, error }) => {
      const placed = artifacts.map(({ path, size, sha256 }) => ({ path: inRepository(path), size, sha256 }));
      results.set(taskId, { success, text, artifacts: placed, error });
    },
  };
  await buildBatch(tasks, environment);
  await refreshChecksums(repositoryRoot);
  return builds.map((build, index) => {
    const result = results.get(tasks[index]?.id ?? '');
    if (result === undefined) throw new Error(`${build.crate} has neither been built nor failed`);
    return { build, ...result };
  });
}

function buildTaskFor(
  { crate: folder, platform = hostPlatform().platform, configuration = 'release', options }: CrateBuild,
  id: string,
  repositoryRoot: string,
  crates: LocalCrates,
): BuildTask {
  const [crate] = crates.cratesIn([folder]);
  const workspace = crate && crates.workspaceOf(crate);
  if (crate === undefined || workspace === undefined) {
    throw cargoError('CARGO_FAILED', {
      what: `no crate found in ${folder}`,
      why: `${join(folder, 'Cargo.toml')} does not exist, cannot be read, or has no [package] section`,
      remedy: 'pass the folder of a crate: one with a Cargo.toml that has a [package] section',
    });
  }
  const profile = profileOf(configuration, workspace);
  const parsed = parseOptions(buildOptions, { profile, ...options, platform }, '@millwright/cargo/build');
  const triple = tripleOf(platform, parsed.libc);
  const suffix = libcSuffix(triple, [triple, tripleOf(platform)]);
  const outputPath = posix.dirname(artifactPath({ target: platform, configuration, name: 'x', suffix }));
  return {
    id,
    project: crate.name,
    folder: resolve(repositoryRoot, folder),
    options: { ...parsed, outputPath: parsed.outputPath ?? outputPath },
    configured: { name: configuration, profile: parsed.profile, outputPath },
    outputs: [],
  };
}

/** Returns the folders of all manifests, except below node_modules, target and .git. */
function crateFolders(repositoryRoot: string): string[] {
  const skipped = new Set(['node_modules', 'target', '.git']);
  return globSync('**/Cargo.toml', {
    cwd: repositoryRoot,
    exclude: (path) => skipped.has(path.split(/[/\\]/).at(-1) ?? ''),
  }).map((path) => posix.dirname(path.split(sep).join(posix.sep)));
}
