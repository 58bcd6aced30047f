import { createHash, type Hash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import {
  announceArguments,
  announceRunStart,
  announceSelection,
  asksForHostCpu,
  cachedProjectRoot,
  DigestCache,
  type Environment,
  findZig,
  gnuPrefix,
  hashKnownInputs,
  hostCpuIdentity,
  onPath,
  selectionIn,
  statOf,
  tripleOf,
} from '@millwright/toolkit';
import { type RecordedModules, recordedModules } from '../manifests/recorded-modules.js';
import { filesInFlags, wordsOf } from './flag-files.js';
import { refuseDropped } from './dropped-options.js';
import { findGo, goSettings, type GoToolchain } from './go-toolchain.js';
import { libraryFiles } from './library-files.js';
import { goVariables, platformVariable, taskVariables, undeclaredPrefix } from './task-variables.js';

/**
 * Looks at all that lies outside the repository and tells Nx's hasher and the tasks through variables, at each run
 * and without a process: see `taskVariables`. So it does with the platform and the
 * program's arguments on Nx's command line.
 * @param args the arguments of Nx, as `process.argv` has them
 */
export async function hashExternalInputs(workspaceRoot: string, args: readonly string[]): Promise<void> {
  announceArguments(args, process.env);
  const recorded = recordedModules(workspaceRoot);
  if (!recorded) return;
  const modules = new Set(recorded.modules);
  refuseDropped(args, (project) => modules.has(cachedProjectRoot(workspaceRoot, project) ?? ''));
  announceRunStart(workspaceRoot, process.env);
  const env = { ...process.env };
  const cache = new DigestCache();
  const toolchain = findGo(env);
  const settings = goSettings(toolchain, env);
  process.env[taskVariables.digest] = await goDigest(
    toolchain,
    settings,
    recorded,
    workspaceRoot,
    env,
    cache,
  );
  const prefixes = recorded.platforms.flatMap((platform) => gnuPrefix(tripleOf(platform)) ?? []);
  const libraries = await libraryDigest(libraryFiles(recorded.libraries, prefixes, env, settings), cache);
  process.env[taskVariables.libraries] = libraries;
  process.env[taskVariables.cgoDigest] = await compilerDigest(
    prefixes,
    libraries,
    recorded.asksForHostCpu,
    settings,
    env,
    cache,
  );
  process.env[taskVariables.program] = toolchain?.program ?? '';
  cache.save();
  const platforms = new Map(recorded.platforms.map((one) => [tripleOf(one), [platformVariable(one)]]));
  for (const name of [...platforms.values()].flat()) process.env[name] = '';
  announceSelection(taskVariables.selection, selectionIn(args), platforms, process.env);
  await hashKnownInputs(workspaceRoot, undeclaredPrefix, process.env);
}

async function goDigest(
  toolchain: GoToolchain | undefined,
  settings: ReadonlyMap<string, string>,
  { outside, modules }: Pick<RecordedModules, 'outside' | 'modules'>,
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
  const setting = (name: string) => env[name] ?? settings.get(name) ?? '';
  const folders = modules.map((module) => join(workspaceRoot, module));
  const named = [...filesInFlags(wordsOf(setting('GOFLAGS')), folders), ...workspaceFile(setting('GOWORK'))];
  for (const path of [...outside, ...named, ...workspaceFilesAbove(workspaceRoot)]) {
    const absolute = resolve(workspaceRoot, path);
    hash.update(`outside\0${path}\0`);
    if (statOf(absolute)?.isDirectory()) {
      hash.update(await cache.digestFolder(absolute, ['.git', 'node_modules']));
    } else await addFile(hash, absolute, cache);
  }
  return hash.digest('hex');
}

/** A go.work file that is named, with its checksums. */
function workspaceFile(path: string): string[] {
  return isAbsolute(path) ? [path, `${path}.sum`] : [];
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
  asksForCpu: boolean,
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
  const flags = settingsOf(compilerVariables, settings, env);
  if (asksForCpu || flags.some(([name, value]) => asksForHostCpu(`${name}=${value}`)))
    hash.update(hostCpuIdentity());
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

const compilerVariables =
  /^(CGO_\w+|CC|CXX|AR|FC|(C|CXX|LD|CPP|F)FLAGS|PKG_CONFIG\w*|CPATH|C_INCLUDE_PATH|LIBRARY_PATH|SOURCE_DATE_EPOCH|ZIG_\w+)$/;

function addSettings(
  hash: Hash,
  relevant: RegExp,
  settings: ReadonlyMap<string, string>,
  env: Environment,
): void {
  for (const [name, value] of settingsOf(relevant, settings, env)) hash.update(`${name}\0${value}\0`);
}

/** A variable of the environment wins over a setting. */
function settingsOf(
  relevant: RegExp,
  settings: ReadonlyMap<string, string>,
  env: Environment,
): [name: string, value: string][] {
  const names = new Set([...settings.keys(), ...Object.keys(env)]);
  return [...names]
    .filter((name) => relevant.test(name))
    .sort()
    .map((name) => [name, env[name] ?? settings.get(name) ?? '']);
}
