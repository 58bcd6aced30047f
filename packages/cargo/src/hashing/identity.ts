import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import {
  type DigestCache,
  type Environment,
  findZig,
  gnuPrefix,
  hostCpuIdentity,
  isInAnyFolder,
  onPath,
  PartsHash,
  readText,
  statOf,
  warnOnce,
} from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { crateFiles } from '../source-scan/crate-files.js';
import { isForC, relevantVariables } from '../toolchain/build-variables.js';
import { cargoConfigFiles, readConfig } from '../toolchain/cargo-config.js';
import { compilesForHostCpu } from '../toolchain/host-cpu.js';
import {
  libraryFolder,
  hasStandardLibrary,
  locateToolchains,
  standardSources,
  type Toolchain,
  toolchainFor,
} from '../toolchain/locate.js';
import { namedFiles } from '../toolchain/named-files.js';

/** Everything outside the repository that a build in one Cargo workspace for one target triple depends on. */
export interface BuildEnvironment {
  /** A digest that is equal on two machines if their builds would be equal. */
  readonly digest: string;
  /** A digest of the variables that only C compilers read. */
  readonly cDigest: string;
  /** The hashed toolchain, which the build must use; undefined if none is installed. */
  readonly toolchain: Toolchain | undefined;
  /** What the digests are made of. */
  readonly parts: PartsHash;
  readonly cParts: PartsHash;
}

/**
 * Hashes the toolchain, the linkers, cargo's configuration outside the repository, and the variables that cargo, rustc
 * and C compilers read.
 * @param workspaceRoot the Cargo workspace's folder, absolute
 * @param repositoryRoot the Nx workspace's folder, absolute; Nx hashes the files in it
 * @param outside files and folders outside the repository that the workspace's crates read, absolute
 */
export async function buildEnvironment(
  workspaceRoot: string,
  repositoryRoot: string,
  triple: string,
  env: Environment,
  cache: DigestCache,
  outside: readonly string[] = [],
): Promise<BuildEnvironment> {
  const toolchain = findToolchain(workspaceRoot, triple, env);
  const hash = new PartsHash();
  if (toolchain !== undefined) await addToolchain(hash, toolchain, triple, cache);
  for (const { label, path } of linkerTools(triple, env)) {
    hash.add(`linker ${label}`, `${label}\0${(await cache.digest(path)) ?? ''}\0`);
  }
  for (const [path, text] of configurationOutsideRepository(workspaceRoot, repositoryRoot, env))
    hash.add(`cargo configuration ${path}`, `config\0${text}\0`);
  const named = cargoConfigFiles(workspaceRoot, env).flatMap((file) =>
    namedFiles(file, readConfig(file), env),
  );
  for (const path of new Set([...named, ...outside])) {
    for (const file of filesAt(path)) {
      hash.add(`file ${file}`, `file\0${relative(path, file)}\0${(await cache.digest(file)) ?? ''}\0`);
    }
  }
  const cHash = new PartsHash();
  for (const [name, value] of relevantVariables(env)) {
    // If the value names a program, hash the program, not its path.
    const program = programNamed(value, env);
    const content = program === undefined ? value : ((await cache.digest(program)) ?? value);
    (isForC(name) ? cHash : hash).add(`variable ${name}`, `env\0${name}\0${content}\0`);
  }
  if (compilesForHostCpu(workspaceRoot, env)) hash.add('CPU', `cpu\0${hostCpuIdentity()}\0`);
  return { digest: hash.digest(), cDigest: cHash.digest(), toolchain, parts: hash, cParts: cHash };
}

/**
 * Returns a digest of the toolchain that an option names, for all triples. If it is not installed, the digest is that
 * of no files: the task reports the error.
 * @param name rustup's name for it, such as `nightly`
 */
export async function namedToolchain(
  name: string,
  triples: readonly string[],
  env: Environment,
  cache: DigestCache,
): Promise<string> {
  const hash = new PartsHash();
  for (const triple of triples) {
    const toolchain = findToolchain('', triple, env, name);
    if (toolchain !== undefined) await addToolchain(hash, toolchain, triple, cache);
  }
  return hash.digest();
}

async function addToolchain(
  hash: PartsHash,
  toolchain: Toolchain,
  triple: string,
  cache: DigestCache,
): Promise<void> {
  for (const { label, path } of toolchainFiles(toolchain, triple)) {
    hash.add(partOfToolchain(label), `${label}\0${(await cache.digest(path)) ?? ''}\0`);
  }
  if (!hasStandardLibrary(toolchain, triple)) {
    // The sources may come from another package and version than the compiler. cargo ignores the `vendor` folder beside
    // them and uses their lock file.
    const sources = dirname(standardSources(toolchain));
    hash.add('standard library', `library\0${await cache.digestFolder(sources, ['vendor'])}\0`);
  }
}

/** Returns the name that explanations use for a file: rustc is a program and its libraries; the rest is linked into artifacts. */
function partOfToolchain(label: string): string {
  if (label === 'cargo') return 'cargo';
  return label === 'rustc' || /rustc_driver|LLVM/.test(label) ? 'rustc' : 'standard library';
}

function findToolchain(
  workspaceRoot: string,
  triple: string,
  env: Environment,
  name?: string,
): Toolchain | undefined {
  try {
    return toolchainFor(triple, locateToolchains(workspaceRoot, env, name));
  } catch {
    // The task reports what is missing; the hash does not require a toolchain.
    return undefined;
  }
}

/** The maximum number of files hashed per folder outside the repository, which could be the whole file system. */
const maxFiles = 50_000;

/** Returns the file, or every file in the folder. */
function filesAt(path: string): string[] {
  const stat = statOf(path);
  if (stat?.isDirectory() !== true) return stat === undefined ? [] : [path];
  const { files, isWhole } = crateFiles(path, '.', maxFiles);
  if (isWhole) return files.map((file) => join(path, file)).sort();
  warnOnce(
    cargoError('INPUT_TOO_LARGE', {
      what: `the folder ${path} has too many files to be hashed`,
      why: `the folder has more than ${maxFiles} files; changes in them will not trigger a rebuild`,
    }),
  );
  return [];
}

interface LabelledFile {
  readonly label: string;
  readonly path: string;
}

function toolchainFiles(toolchain: Toolchain, triple: string): LabelledFile[] {
  const lib = join(toolchain.sysroot, 'lib');
  const files = [
    { label: 'cargo', path: realpathSync.native(toolchain.cargo) },
    { label: 'rustc', path: realpathSync.native(toolchain.rustc) },
    ...filesIn(lib, (name) => /\.(so|dylib|dll)/.test(name) && /rustc_driver|LLVM/.test(name)),
  ];
  for (const target of new Set([toolchain.host, triple])) {
    files.push(
      ...filesIn(libraryFolder(toolchain, target), (name) => name.endsWith('.rlib') || name.includes('.so')),
    );
  }
  return files;
}

function filesIn(folder: string, wanted: (name: string) => boolean): LabelledFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(wanted)
    .sort()
    .map((name) => ({ label: name, path: join(folder, name) }));
}

function linkerTools(triple: string, env: Environment): LabelledFile[] {
  const prefix = gnuPrefix(triple);
  const names = [
    'cc',
    'ld',
    ...(prefix === undefined ? [] : [`${prefix}gcc`, `${prefix}ld`]),
    'cargo-zigbuild',
    'cargo-auditable',
  ];
  const zig = findZig(env);
  return [
    ...names.flatMap((label) =>
      onPath(label, env)
        .slice(0, 1)
        .map((path) => ({ label, path: realpathSync.native(path) })),
    ),
    ...(zig === undefined ? [] : [{ label: 'zig', path: realpathSync.native(zig) }]),
  ];
}

/** Reads cargo's configuration above the repository, in CARGO_HOME, and included from outside, by path; Nx hashes the rest. */
function configurationOutsideRepository(
  workspaceRoot: string,
  repositoryRoot: string,
  env: Environment,
): [path: string, text: string][] {
  const included = cargoConfigFiles(workspaceRoot, env).filter(
    (file) => !isInAnyFolder(file, [repositoryRoot]),
  );
  const files = new Set([...cargoConfigFiles(dirname(resolve(repositoryRoot)), env), ...included]);
  return [...files].map((file) => [file, readText(file) ?? '']);
}

function programNamed(value: string, env: Environment): string | undefined {
  if (!/^[^\s=]+$/.test(value)) return undefined;
  const path = isAbsolute(value) ? value : onPath(value, env)[0];
  return path !== undefined && existsSync(path) && statSync(path).isFile()
    ? realpathSync.native(path)
    : undefined;
}
