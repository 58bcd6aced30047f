import { createHash, type Hash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { DigestCache, type Environment, findZig, gnuPrefix, onPath, statOf } from '@millwright/toolkit';
import { recordedModules } from '../graph/recorded-modules.js';
import { findGo, goSettings, type GoToolchain } from './go-toolchain.js';
import { libraryFiles } from './library-files.js';
import { taskVariables } from './task-variables.js';

/**
 * Looks at all that lies outside the repository and tells Nx's hasher and the tasks through variables, at each run
 * and without a process: see `taskVariables`.
 */
export async function lookOutside(workspaceRoot: string): Promise<void> {
  const recorded = recordedModules(workspaceRoot);
  if (!recorded) return;
  const env = { ...process.env };
  const cache = new DigestCache();
  const toolchain = findGo(env);
  const settings = goSettings(toolchain, env);
  process.env[taskVariables.digest] = await goDigest(
    toolchain,
    settings,
    recorded.outside,
    workspaceRoot,
    env,
    cache,
  );
  const prefixes = recorded.triples.flatMap((triple) => gnuPrefix(triple) ?? []);
  const libraries = await libraryDigest(libraryFiles(recorded.libraries, prefixes, env, settings), cache);
  process.env[taskVariables.libraries] = libraries;
  process.env[taskVariables.cgoDigest] = await compilerDigest(prefixes, libraries, settings, env, cache);
  process.env[taskVariables.program] = toolchain?.program ?? '';
  cache.save();
}

async function goDigest(
  toolchain: GoToolchain | undefined,
  settings: ReadonlyMap<string, string>,
  outside: readonly string[],
  workspaceRoot: string,
  env: Environment,
  cache: DigestCache,
): Promise<string> {
  const hash = createHash('sha256');
  if (toolchain) {
    for (const file of [toolchain.program, join(toolchain.root, 'VERSION')]) await addFile(hash, file, cache);
    for (const folder of ['pkg/tool', 'pkg/include', 'lib/time']) {
      hash.update(`${folder}\0${await cache.digestFolder(join(toolchain.root, folder))}\0`);
    }
    // The standard library is compiled from these; Go's own commands are none of it.
    hash.update(`src\0${await cache.digestFolder(join(toolchain.root, 'src'), ['cmd'])}\0`);
  }
  addSettings(hash, goVariables, settings, env);
  for (const path of [...outside, ...workspaceFilesAbove(workspaceRoot)]) {
    const absolute = resolve(workspaceRoot, path);
    hash.update(`outside\0${path}\0`);
    if (statOf(absolute)?.isDirectory()) {
      hash.update(await cache.digestFolder(absolute, ['.git', 'node_modules']));
    } else await addFile(hash, absolute, cache);
  }
  return hash.digest('hex');
}

/** go takes a go.work file from far above as well. */
function workspaceFilesAbove(workspaceRoot: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(workspaceRoot); ; folder = dirname(folder)) {
    found.push(
      ...['go.work', 'go.work.sum'].map((name) => join(folder, name)).filter((path) => existsSync(path)),
    );
    if (dirname(folder) === folder) return found;
  }
}

async function compilerDigest(
  prefixes: readonly string[],
  libraries: string,
  settings: ReadonlyMap<string, string>,
  env: Environment,
  cache: DigestCache,
): Promise<string> {
  const hash = createHash('sha256');
  const programs = [
    'cc',
    'gcc',
    'g++',
    'ld',
    ...prefixes.flatMap((prefix) => [`${prefix}gcc`, `${prefix}g++`, `${prefix}ld`]),
  ];
  for (const name of new Set(programs)) {
    const [path] = onPath(name, env);
    if (path !== undefined) await addFile(hash, realpathSync(path), cache, name);
  }
  const zig = findZig(env);
  if (zig !== undefined) await addFile(hash, realpathSync(zig), cache, 'zig');
  hash.update(`${libraries}\0`);
  addSettings(hash, compilerVariables, settings, env);
  // A variable may name a program, and then the program is an input, not its name alone.
  for (const name of ['CC', 'CXX', 'AR', 'PKG_CONFIG']) {
    const value = (env[name] ?? settings.get(name) ?? '').split(' ')[0] ?? '';
    const path = isAbsolute(value) ? value : value === '' ? undefined : onPath(value, env)[0];
    if (path !== undefined && existsSync(path)) await addFile(hash, realpathSync(path), cache, name);
  }
  return hash.digest('hex');
}

/** Empty where nothing is linked by name, so that programs without libraries are what go makes of them. */
async function libraryDigest(files: readonly string[], cache: DigestCache): Promise<string> {
  if (files.length === 0) return '';
  const hash = createHash('sha256');
  for (const path of files) await addFile(hash, realpathSync(path), cache, path);
  return hash.digest('hex');
}

async function addFile(hash: Hash, file: string, cache: DigestCache, label = ''): Promise<void> {
  hash.update(`${label}\0${(await cache.digest(file)) ?? ''}\0`);
}

/** What the go command takes its orders from (cmd/go, "Environment variables"); platform and paths left out. */
const goVariables =
  /^(GO(FLAGS|TOOLCHAIN|EXPERIMENT|WORK|DEBUG|FIPS140|386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64|WASM)|GO111MODULE)$/;
const compilerVariables =
  /^(CGO_\w+|CC|CXX|AR|FC|(C|CXX|LD|CPP|F)FLAGS|PKG_CONFIG\w*|CPATH|C_INCLUDE_PATH|LIBRARY_PATH|SOURCE_DATE_EPOCH|ZIG_\w+)$/;

/** A variable of the environment wins over a setting. */
function addSettings(
  hash: Hash,
  relevant: RegExp,
  settings: ReadonlyMap<string, string>,
  env: Environment,
): void {
  const names = new Set([...settings.keys(), ...Object.keys(env)]);
  for (const name of [...names].filter((one) => relevant.test(one)).sort()) {
    hash.update(`${name}\0${env[name] ?? settings.get(name) ?? ''}\0`);
  }
}
