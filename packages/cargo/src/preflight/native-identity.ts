import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DigestCache, type Environment, readText, statOf } from '@millwright/toolkit';
import { nativeNeeds } from './native-libraries.js';
import { findModules, moduleFolders, multiarch } from './pkg-config.js';

/** The libraries that a package links to. */
interface LinkedLibrary {
  readonly package: string;
  readonly modules: readonly string[];
  readonly variables: readonly string[];
}

/** Packages that link to a system library if it is installed, and build their own otherwise. */
const optionallyLinked: readonly LinkedLibrary[] = (
  [
    ['bzip2-sys', 'bzip2'],
    ['curl-sys', 'libcurl'],
    ['freetype-sys', 'freetype2'],
    ['libgit2-sys', 'libgit2'],
    ['libsodium-sys', 'libsodium'],
    ['libssh2-sys', 'libssh2'],
    ['libz-sys', 'zlib'],
    ['lzma-sys', 'liblzma'],
    ['onig_sys', 'oniguruma'],
    ['zstd-sys', 'libzstd'],
  ] as const
).map(([name, module]) => ({ package: name, modules: [module], variables: [] }));

const linkedLibraries: readonly LinkedLibrary[] = [
  ...nativeNeeds.map(({ package: name, modules = [], variables }) => ({ package: name, modules, variables })),
  ...optionallyLinked,
];

/**
 * Returns the identities of the system libraries that packages link to, by package: pkg-config's versions, variables
 * that override them, and digests of archives if they are linked statically. Dynamic libraries are identified by version
 * only, because their content is not part of artifacts.
 * @param packages the names of packages that may be in a build
 */
export async function nativeIdentities(
  packages: Pick<ReadonlySet<string>, 'has'>,
  triple: string,
  env: Environment,
  cache: DigestCache,
): Promise<Map<string, string>> {
  const folders = moduleFolders(triple, env);
  const choices = Object.entries(env)
    .filter(([variable]) => linkageVariable.test(variable))
    .sort();
  const identities = new Map<string, string>();
  for (const { package: name, modules, variables } of linkedLibraries.filter((one) =>
    packages.has(one.package),
  )) {
    const lines = choices.map(([variable, value]) => `${variable}=${value ?? ''}`);
    const named = variables.flatMap((variable) => [variable, `${upper(triple)}_${variable}`]);
    for (const variable of named.filter((one) => env[one] !== undefined)) {
      lines.push(`${variable}=${env[variable] ?? ''}`);
      for (const archive of archivesIn(env[variable] ?? '')) lines.push(await lineOf(archive, cache));
    }
    const found = findModules(modules, folders, { read: readText });
    for (const module of found) lines.push(module.name, ...module.facts);
    if (linksStatically(triple, env)) {
      for (const archive of found.flatMap((module) => archivesOf(module, triple)))
        lines.push(await lineOf(archive, cache));
    }
    identities.set(name, lines.join('\n'));
  }
  return identities;
}

/** Variables that select libraries for the crate pkg-config and for -sys crates. */
const linkageVariable = /_(?:STATIC|DYNAMIC|NO_PKG_CONFIG|USE_PKG_CONFIG|NO_VENDOR)$/;

/** Returns whether static libraries are requested (the crate pkg-config, "Environment Variables"; -sys crates). */
function linksStatically(triple: string, env: Environment): boolean {
  const requestsStatic = Object.entries(env).some(([name, value]) => {
    return name.endsWith('_STATIC') && value !== undefined && value !== '' && value !== '0';
  });
  return requestsStatic || triple.includes('-musl');
}

function archivesOf(
  { libraries, folders }: { readonly libraries: readonly string[]; readonly folders: readonly string[] },
  triple: string,
): string[] {
  const usual = [`/usr/lib/${multiarch(triple)}`, '/usr/lib', '/usr/local/lib'];
  return libraries.flatMap((name) =>
    [...folders, ...usual]
      .map((folder) => join(folder, `lib${name}.a`))
      .filter((path) => existsSync(path))
      .slice(0, 1),
  );
}

/** Returns the archives at a path, which may be an archive, a folder of libraries, or its parent. */
function archivesIn(path: string): string[] {
  if (statOf(path)?.isFile() === true) return [path];
  return [path, join(path, 'lib')].flatMap((place) => {
    try {
      return readdirSync(place)
        .filter((name) => name.endsWith('.a'))
        .sort()
        .map((name) => join(place, name));
    } catch {
      return [];
    }
  });
}

async function lineOf(archive: string, cache: DigestCache): Promise<string> {
  return `${basename(archive)} ${(await cache.digest(archive)) ?? ''}`;
}

function upper(triple: string): string {
  return triple.replaceAll('-', '_').toUpperCase();
}
