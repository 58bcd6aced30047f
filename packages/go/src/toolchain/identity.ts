import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import {
  targetsHostCpu,
  type DigestCache,
  type Environment,
  findZig,
  gnuPrefix,
  hostCpuIdentity,
  onPath,
  PartsHash,
  statOf,
  tripleOf,
} from '@millwright/toolkit';
import type { RecordedModules } from '../manifests/recorded-modules.js';
import { filesInFlags, wordsOf } from './flag-files.js';
import { findGo, goSettings, type GoToolchain } from './go-toolchain.js';
import { libraryFiles } from './library-files.js';
import { goVariables } from './task-variables.js';

/** Everything outside the repository that builds of its modules depend on. */
export interface GoEnvironment {
  readonly toolchain: GoToolchain | undefined;
  /** The Go toolchain, its settings, and what modules read out of the repository. */
  readonly go: PartsHash;
  /** The system libraries that C code names; undefined if there are none. */
  readonly libraries: PartsHash | undefined;
  /** Hashes the C compilers and their settings, with the digest of those libraries. */
  readonly cgo: (libraries: string) => Promise<PartsHash>;
}

/** @param env the environment that builds run in */
export async function goEnvironment(
  recorded: RecordedModules,
  workspaceRoot: string,
  env: Environment,
  cache: DigestCache,
): Promise<GoEnvironment> {
  const toolchain = findGo(env);
  const settings = goSettings(toolchain, env);
  const prefixes = recorded.platforms.flatMap((platform) => gnuPrefix(tripleOf(platform)) ?? []);
  const files = libraryFiles(recorded.libraries, prefixes, env, settings);
  return {
    toolchain,
    go: await goHash(toolchain, settings, recorded, workspaceRoot, env, cache),
    libraries: await libraryHash(files, cache),
    cgo: (libraries) => compilerHash(prefixes, libraries, recorded.asksForHostCpu, settings, env, cache),
  };
}

async function goHash(
  toolchain: GoToolchain | undefined,
  settings: ReadonlyMap<string, string>,
  { outside, modules }: Pick<RecordedModules, 'outside' | 'modules'>,
  workspaceRoot: string,
  env: Environment,
  cache: DigestCache,
): Promise<PartsHash> {
  const hash = new PartsHash();
  if (toolchain) {
    for (const file of [toolchain.program, join(toolchain.root, 'VERSION')])
      await addFile(hash, 'go', file, cache);
    for (const folder of ['pkg/tool', 'pkg/include', 'lib/time']) {
      hash.add('go', `${folder}\0${await cache.digestFolder(join(toolchain.root, folder))}\0`);
    }
    // The sources of the standard library, without those of Go's own commands.
    const sources = await cache.digestFolder(join(toolchain.root, 'src'), ['cmd']);
    hash.add('standard library', `src\0${sources}\0`);
  }
  addSettings(hash, goVariables, settings, env);
  const setting = (name: string) => env[name] ?? settings.get(name) ?? '';
  const folders = modules.map((module) => join(workspaceRoot, module));
  const named = [...filesInFlags(wordsOf(setting('GOFLAGS')), folders), ...workspaceFile(setting('GOWORK'))];
  for (const path of [...outside, ...named, ...workspaceFilesAbove(workspaceRoot)]) {
    const absolute = resolve(workspaceRoot, path);
    hash.add(`file ${path}`, `outside\0${path}\0`);
    if (statOf(absolute)?.isDirectory()) {
      hash.add(`file ${path}`, await cache.digestFolder(absolute, ['.git', 'node_modules']));
    } else await addFile(hash, `file ${path}`, absolute, cache);
  }
  return hash;
}

/** Returns an explicitly named go.work file and its checksums. */
function workspaceFile(path: string): string[] {
  return isAbsolute(path) ? [path, `${path}.sum`] : [];
}

/** Returns the go.work files above the workspace, which go uses as well. */
function workspaceFilesAbove(workspaceRoot: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(workspaceRoot); ; folder = dirname(folder)) {
    found.push(
      ...['go.work', 'go.work.sum'].map((name) => join(folder, name)).filter((path) => existsSync(path)),
    );
    if (dirname(folder) === folder) return found;
  }
}

async function compilerHash(
  prefixes: readonly string[],
  libraries: string,
  asksForCpu: boolean,
  settings: ReadonlyMap<string, string>,
  env: Environment,
  cache: DigestCache,
): Promise<PartsHash> {
  const hash = new PartsHash();
  const programs = [
    'cc',
    'gcc',
    'g++',
    'ld',
    ...prefixes.flatMap((prefix) => [`${prefix}gcc`, `${prefix}g++`, `${prefix}ld`]),
  ];
  for (const name of new Set(programs)) {
    const [path] = onPath(name, env);
    if (path !== undefined) await addFile(hash, `C compiler ${name}`, realpathSync.native(path), cache, name);
  }
  const zig = findZig(env);
  if (zig !== undefined) await addFile(hash, 'C compiler zig', realpathSync.native(zig), cache, 'zig');
  hash.add('system libraries', `${libraries}\0`);
  const flags = settingsOf(compilerVariables, settings, env);
  if (asksForCpu || flags.some(([name, value]) => targetsHostCpu(`${name}=${value}`)))
    hash.add('CPU', hostCpuIdentity());
  addSettings(hash, compilerVariables, settings, env);
  // If a variable names a program, the content of the program is an input too.
  for (const name of ['CC', 'CXX', 'AR', 'PKG_CONFIG']) {
    const value = (env[name] ?? settings.get(name) ?? '').split(' ')[0] ?? '';
    const path = isAbsolute(value) ? value : value === '' ? undefined : onPath(value, env)[0];
    if (path !== undefined && existsSync(path))
      await addFile(hash, `variable ${name}`, realpathSync.native(path), cache, name);
  }
  return hash;
}

/** Undefined if no library is named, so that builds without libraries get no additional flags. */
async function libraryHash(files: readonly string[], cache: DigestCache): Promise<PartsHash | undefined> {
  if (files.length === 0) return undefined;
  const hash = new PartsHash();
  for (const path of files)
    await addFile(hash, `system library ${path}`, realpathSync.native(path), cache, path);
  return hash;
}

async function addFile(
  hash: PartsHash,
  part: string,
  file: string,
  cache: DigestCache,
  label = '',
): Promise<void> {
  hash.add(part, `${label}\0${(await cache.digest(file)) ?? ''}\0`);
}

const compilerVariables =
  /^(CGO_\w+|CC|CXX|AR|FC|(C|CXX|LD|CPP|F)FLAGS|PKG_CONFIG\w*|CPATH|C_INCLUDE_PATH|LIBRARY_PATH|SOURCE_DATE_EPOCH|ZIG_\w+)$/;

function addSettings(
  hash: PartsHash,
  relevant: RegExp,
  settings: ReadonlyMap<string, string>,
  env: Environment,
): void {
  for (const [name, value] of settingsOf(relevant, settings, env))
    hash.add(`variable ${name}`, `${name}\0${value}\0`);
}

/** Returns the settings, overridden by environment variables. */
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
