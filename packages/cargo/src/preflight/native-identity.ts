import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DigestCache, type Environment, readText, statOf } from '@millwright/toolkit';
import { nativeNeeds } from './native-libraries.js';
import { findModules, moduleFolders, multiarch } from './pkg-config.js';

/** What a package links to. */
interface Linked {
  readonly package: string;
  readonly modules: readonly string[];
  readonly variables: readonly string[];
}

/** Packages that link to a library of the machine where there is one, and else build their own. */
const linkedIfThere: readonly Linked[] = (
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

const linked: readonly Linked[] = [
  ...nativeNeeds.map(({ package: name, modules = [], variables }) => ({ package: name, modules, variables })),
  ...linkedIfThere,
];

/**
 * What the machine has of the libraries that packages link to, by package: the versions that pkg-config would tell,
 * what variables name in its place, and the archives themselves where they are linked statically. A dynamic library
 * may change behind its version, since it is no part of what is built.
 * @param packages those that a build may take, by name
 */
export async function nativeIdentities(
  packages: Pick<ReadonlySet<string>, 'has'>,
  triple: string,
  env: Environment,
  cache: DigestCache,
): Promise<Map<string, string>> {
  const folders = moduleFolders(triple, env);
  const choices = Object.entries(env)
    .filter(([variable]) => choosesLinkage.test(variable))
    .sort();
  const identities = new Map<string, string>();
  for (const { package: name, modules, variables } of linked.filter((one) => packages.has(one.package))) {
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

/** The variables by which the crate pkg-config and -sys crates are told what to link to. */
const choosesLinkage = /_(?:STATIC|DYNAMIC|NO_PKG_CONFIG|USE_PKG_CONFIG|NO_VENDOR)$/;

/** Whether anybody asks for static libraries (the crate pkg-config, "Environment Variables"; the -sys crates' own). */
export function linksStatically(triple: string, env: Environment): boolean {
  const asked = Object.entries(env).some(([name, value]) => {
    return name.endsWith('_STATIC') && value !== undefined && value !== '' && value !== '0';
  });
  return asked || triple.includes('-musl');
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

/** Variables name an archive, the folder of libraries, or one above it. */
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
