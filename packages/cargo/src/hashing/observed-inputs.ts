import { dirname, join, resolve } from 'node:path';
import {
  DigestCache,
  editedInputs,
  type Environment,
  filesBelow,
  gitVariables,
  homeFolder,
  type InputsRecord,
  observeInputs,
  statOf,
  type UndeclaredName,
  variableInputs,
  variableOf,
} from '@millwright/toolkit';
import { joinedReads } from '../source-scan/crate-reads.js';
import type { LocalCrates } from './local-crates.js';
import type { Crate } from '../manifests/model.js';
import { gitRead } from '../source-scan/git-reads.js';
import { type DeclaredInputs, undeclaredInputs } from '../source-scan/undeclared.js';
import { isWithin } from '../manifests/workspaces.js';
import { cargoHomeOf } from '../toolchain/cargo-home.js';
import { isForC, isHashedVariable } from '../toolchain/build-variables.js';
import type { Toolchain } from '../toolchain/locate.js';
import type { BuildReads } from '../cargo-cli/build-reads.js';
import type { EditedFiles } from './edited-files.js';
import type { CargoMetadata } from '../cargo-cli/metadata.js';
import { cVariables } from './task-variables.js';

/** A task whose undeclared inputs `observedInputs` finds. */
export interface ObservedTask {
  /** The folder of the crate, relative to the Nx workspace. */
  readonly folder: string;
  /** The variable among the task's inputs whose value is the digest of its undeclared inputs. */
  readonly variable: string;
  readonly declared: DeclaredInputs;
  /** Variables that the task's options set. */
  readonly env: Readonly<Record<string, string>>;
  readonly metadata: CargoMetadata;
  readonly toolchain: Toolchain;
}

/** The inputs of a task, as observed in its run. */
export interface ObservedInputs {
  readonly record: InputsRecord;
  /** Inputs that were read but are not declared. */
  readonly undeclared: readonly UndeclaredName[];
  /** The files that were edited since Nx hashed them. */
  readonly edited: readonly string[];
}

/**
 * Finds the inputs that a task's compilers and build scripts read but the task does not declare, and the files edited
 * during the run.
 * @param crates the crates that the task is built from
 * @param repository the Nx workspace's folder, absolute
 */
export async function observedInputs(
  reads: BuildReads,
  task: ObservedTask,
  crates: readonly Crate[],
  sources: LocalCrates,
  editedFiles: EditedFiles,
  repository: string,
): Promise<ObservedInputs> {
  const { metadata, toolchain, variable } = task;
  const outside = crates.flatMap((crate) => {
    const { library, binaries, tests } = sources.readsOf(crate);
    return [
      ...joinedReads([library, binaries, tests]).outside.keys(),
      ...crate.dependencies.flatMap(({ path }) => path ?? []),
    ];
  });
  // Dependencies of crates outside the repository are unknown, so each such crate counts for every task.
  const folders = [
    ...crates.map(({ root }) => join(repository, root)),
    ...reads.crates.filter((folder) => !isWithin(folder, repository)),
  ];
  const reported = reads.readsOf(folders);
  const generated = [metadata.target_directory, metadata.build_directory ?? metadata.target_directory];
  const machineFolders = toolchainFolders(toolchain, process.env);
  const undeclared = undeclaredInputs(reported, task.declared, {
    repository,
    workingFolder: metadata.workspace_root,
    generated,
    hashedElsewhere: [...machineFolders, ...outside.map((path) => resolve(repository, path))],
    gitRead: (path) => gitRead(path, repository),
    gitVariables,
    filesIn: (path) => (statOf(path)?.isDirectory() === true ? filesBelow(path) : undefined),
    variableInputs: (name) => (isHashed(name, task) ? [] : variableInputs(name, repository, task.folder)),
  });
  const files = reported.files
    .map((file) => resolve(metadata.workspace_root, file))
    .filter((file) => ![...generated, ...machineFolders].some((folder) => isWithin(file, folder)))
    .filter((file) => gitRead(file, repository) === undefined && statOf(file)?.isFile() === true);
  const edited = await editedFiles.editedFiles(crates, files);
  const inputs = editedInputs(await observe(undeclared, repository), edited);
  return { record: { variable, under: process.env[variable] ?? '', inputs }, undeclared, edited };
}

/** Variables for C compilers are hashed only if the task's inputs include them. */
function isHashed(name: string, { env, declared }: ObservedTask): boolean {
  return name in env || (isHashedVariable(name) && (!isForC(name) || cVariables.some(declared.hasVariable)));
}

async function observe(names: readonly UndeclaredName[], workspaceRoot: string) {
  const cache = new DigestCache();
  const inputs = await observeInputs(names, { workspaceRoot, env: process.env, cache });
  cache.save();
  return inputs;
}

/** Returns folders whose content is hashed otherwise: toolchains by digest, packages in CARGO_HOME by the lock file. */
function toolchainFolders({ sysroot, rustc }: Toolchain, env: Environment): string[] {
  return [
    // The sysroot of a distribution's toolchain is `/usr`, which contains other files as well.
    join(sysroot, 'lib/rustlib'),
    ...(dirname(rustc) === join(sysroot, 'bin') && sysroot !== '/usr' ? [sysroot] : []),
    cargoHomeOf(env),
    variableOf(env, 'RUSTUP_HOME') ?? join(homeFolder(env), '.rustup'),
    // Virtual file systems.
    '/proc',
    '/sys',
    '/dev',
  ];
}
