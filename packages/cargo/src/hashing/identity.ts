import { createHash, type Hash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import {
  type DigestCache,
  type Environment,
  findZig,
  gnuPrefix,
  hostCpuIdentity,
  onPath,
  readText,
  statOf,
  warnOnce,
} from '@millwright/toolkit';
import { crateFiles } from '../source-scan/crate-files.js';
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
  const hash = createHash('sha256');
  if (toolchain !== undefined) await addToolchain(hash, toolchain, triple, cache);
  for (const tool of linkerTools(triple, env)) {
    hash.update(`${tool.label}\0${(await cache.digest(tool.path)) ?? ''}\0`);
  }
  for (const text of configurationOutsideRepository(repositoryRoot, env)) hash.update(`config\0${text}\0`);
  const named = cargoConfigFiles(workspaceRoot, env).flatMap((file) =>
    namedFiles(file, readConfig(file), env),
  );
  for (const path of new Set([...named, ...outside])) {
    for (const file of filesAt(path)) {
      hash.update(`file\0${relative(path, file)}\0${(await cache.digest(file)) ?? ''}\0`);
    }
  }
  const cHash = createHash('sha256');
  for (const [name, value] of relevantVariables(env)) {
    // If the value names a program, hash the program, not its path.
    const program = programNamed(value, env);
    const content = program === undefined ? value : ((await cache.digest(program)) ?? value);
    (isForC(name) ? cHash : hash).update(`env\0${name}\0${content}\0`);
  }
  if (compilesForHostCpu(workspaceRoot, env)) hash.update(`cpu\0${hostCpuIdentity()}\0`);
  return { digest: hash.digest('hex'), cDigest: cHash.digest('hex'), toolchain };
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
  const hash = createHash('sha256');
  for (const triple of triples) {
    const toolchain = findToolchain('', triple, env, name);
    if (toolchain !== undefined) await addToolchain(hash, toolchain, triple, cache);
  }
  return hash.digest('hex');
}

async function addToolchain(
  hash: Hash,
  toolchain: Toolchain,
  triple: string,
  cache: DigestCache,
): Promise<void> {
  for (const file of toolchainFiles(toolchain, triple)) {
    hash.update(`${file.label}\0${(await cache.digest(file.path)) ?? ''}\0`);
  }
  if (!hasStandardLibrary(toolchain, triple)) {
    // The sources may come from another package and version than the compiler. cargo ignores the `vendor` folder beside
    // them and uses their lock file.
    const sources = dirname(standardSources(toolchain));
    hash.update(`library\0${await cache.digestFolder(sources, ['vendor'])}\0`);
  }
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
  warnOnce(`${path} has more than ${maxFiles} files: changes in it are not seen`);
  return [];
}

interface LabelledFile {
  readonly label: string;
  readonly path: string;
}

function toolchainFiles(toolchain: Toolchain, triple: string): LabelledFile[] {
  const lib = join(toolchain.sysroot, 'lib');
  const files = [
    { label: 'cargo', path: realpathSync(toolchain.cargo) },
    { label: 'rustc', path: realpathSync(toolchain.rustc) },
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
  ];
  const zig = findZig(env);
  return [
    ...names.flatMap((label) =>
      onPath(label, env)
        .slice(0, 1)
        .map((path) => ({ label, path: realpathSync(path) })),
    ),
    ...(zig === undefined ? [] : [{ label: 'zig', path: realpathSync(zig) }]),
  ];
}

/** Reads cargo's configuration above the repository and in CARGO_HOME; Nx hashes the files inside. */
function configurationOutsideRepository(repositoryRoot: string, env: Environment): string[] {
  return cargoConfigFiles(dirname(resolve(repositoryRoot)), env).map((file) => readText(file) ?? '');
}

function programNamed(value: string, env: Environment): string | undefined {
  if (!/^[^\s=]+$/.test(value)) return undefined;
  const path = isAbsolute(value) ? value : onPath(value, env)[0];
  return path !== undefined && existsSync(path) && statSync(path).isFile() ? realpathSync(path) : undefined;
}

/** Variables that cargo, rustc, gcc, clang, and the crates cc, pkg-config and cmake read for any package. */
const compilerVariables = new RegExp(
  [
    '^CARGO_(BUILD|ENCODED|PROFILE|TARGET|UNSTABLE|ALIAS|HOST)_',
    '^RUST(C|FLAGS|DOC|_TARGET_PATH|C_)',
    '^(HOST_|TARGET_)?(CC|CXX|AR|CFLAGS|CXXFLAGS|LDFLAGS|ARFLAGS|RANLIB)($|_)',
    '^(CPATH|LIBRARY_PATH|LD|COMPILER_PATH|GCC_EXEC_PREFIX|CRATE_CC_NO_DEFAULTS|SOURCE_DATE_EPOCH)$',
    '^(C|CPLUS|OBJC|OBJCPLUS)_INCLUDE_PATH$',
    '^((HOST_|TARGET_)?PKG_CONFIG|SYSROOT$)',
    // Per library for pkg-config, such as ZLIB_STATIC.
    '^\\w+_(NO_PKG_CONFIG|STATIC|DYNAMIC)$',
    '^(OPENSSL|CROSS|ZIG|SQLX)_',
  ].join('|'),
);
/** The subset that does not affect Rust code and its linking. */
const cOnlyVariables =
  /^((HOST_|TARGET_)?(CC|CXX|AR|CFLAGS|CXXFLAGS|ARFLAGS|RANLIB)($|_)|CPATH$|CRATE_CC_NO_DEFAULTS$|(C|CPLUS|OBJC|OBJCPLUS)_INCLUDE_PATH$)/;

/** Returns whether a variable affects only the compilation of C code. */
export function isForC(name: string): boolean {
  return cOnlyVariables.test(name);
}

/** Variables that affect paths or speed, but not the content of artifacts. */
const neutralVariables =
  /^(CARGO_BUILD_(JOBS|TARGET_DIR|BUILD_DIR|INCREMENTAL)|CARGO_TARGET_DIR|CROSS_DEBUG)$/;

/** Returns whether a variable is included in the environment's digest, or does not affect artifacts. */
export function isHashedVariable(name: string): boolean {
  return compilerVariables.test(name) || neutralVariables.test(name);
}

/** Returns whether a variable sets no wrapper, or sccache, which does not change the compiler's output. */
function isTransparentWrapper(name: string, value: string): boolean {
  if (name !== 'RUSTC_WRAPPER' && name !== 'CARGO_BUILD_RUSTC_WRAPPER') return false;
  return value === '' || /^sccache(\.exe)?$/.test(basename(value));
}

/** Returns the variables that affect cargo, rustc, cc and pkg-config, sorted by name. */
export function relevantVariables(env: Environment): [string, string][] {
  return Object.entries(env)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .filter(
      ([name, value]) =>
        compilerVariables.test(name) && !neutralVariables.test(name) && !isTransparentWrapper(name, value),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
