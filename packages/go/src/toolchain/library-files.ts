import { delimiter, join } from 'node:path';
import { type Environment, expandVariables, readText, statOf, warnOnce } from '@millwright/toolkit';
import { goError } from '../errors.js';
import type { SystemLibraries } from '../source-scan/native-files.js';

/**
 * The files that tell which libraries of the system C code is linked with: the descriptions of pkg-config's packages
 * and of those that they require (pkg-config(1), pc(5)), and the libraries themselves. Each folder that may be meant
 * counts, since a build may be for any of the platforms.
 * @param prefixes Debian's prefixes of the platforms' tools, such as `aarch64-linux-gnu-`
 * @param settings those that `go env -w` keeps
 * @returns absolute paths, sorted
 */
export function libraryFiles(
  { packages, libraries, folders }: SystemLibraries,
  prefixes: readonly string[],
  env: Environment,
  settings: ReadonlyMap<string, string> = new Map(),
): string[] {
  if (packages.length + libraries.length === 0) return [];
  const variable = (name: string) =>
    (env[name] ?? settings.get(name) ?? '').split(delimiter).filter((one) => one !== '');
  const shared = prefixes.map((prefix) => prefix.slice(0, -1));
  const systemFolders = ['/usr/local/lib', '/usr/lib', '/lib'].flatMap((folder) => [
    folder,
    ...shared.map((name) => join(folder, name)),
  ]);
  const systemLibraryFolders = [
    ...systemFolders,
    '/usr/lib64',
    ...shared.map((name) => `/usr/${name}/lib`),
    '/opt/homebrew/lib',
  ];
  const own = variable('PKG_CONFIG_LIBDIR');
  const descriptions = describe(packages, [
    ...variable('PKG_CONFIG_PATH'),
    ...(own.length > 0
      ? own
      : [...systemLibraryFolders, '/usr/share', '/usr/local/share'].map((one) => join(one, 'pkgconfig'))),
  ]);
  const names = new Set([...libraries, ...descriptions.libraries]);
  const places = new Set([
    ...folders,
    ...descriptions.folders,
    ...variable('LIBRARY_PATH'),
    ...systemLibraryFolders,
  ]);
  if (places.size * names.size > mostLookUps) {
    warnOnce(
      goError('INPUT_TOO_LARGE', {
        what: 'changes in the libraries that cgo directives name are not tracked',
        why: `the directives name ${names.size} libraries and ${places.size} folders`,
      }),
    );
    return [...descriptions.files].sort();
  }
  const found = [...places].flatMap((folder) =>
    [...names].flatMap((name) =>
      fileNames(name)
        .map((file) => join(folder, file))
        .filter(isFile),
    ),
  );
  return [...new Set([...descriptions.files, ...found])].sort();
}

/** The most places that libraries are looked for in: each may be in any of the folders. */
const mostLookUps = 100_000;

/** The files that a linker takes for `-lname`; after a colon stands the file's own name (ld(1)). */
function fileNames(name: string): string[] {
  if (name.startsWith(':')) return [name.slice(1)];
  return ['.so', '.a', '.dylib', '.tbd'].map((ending) => `lib${name}${ending}`);
}

interface Descriptions {
  readonly files: readonly string[];
  readonly libraries: readonly string[];
  readonly folders: readonly string[];
}

/** The descriptions of packages, and what these say is linked. */
function describe(packages: readonly string[], folders: readonly string[]): Descriptions {
  const pending = new Set(packages);
  const [files, libraries, found] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const name of pending) {
    for (const file of new Set(folders.map((folder) => join(folder, `${name}.pc`)).filter(isFile))) {
      files.add(file);
      const { fields, resolved } = readDescription(readText(file) ?? '');
      for (const required of ['Requires', 'Requires.private'].flatMap((key) =>
        (fields.get(key) ?? '').split(/[\s,]+/),
      )) {
        if (/^[A-Za-z]/.test(required)) pending.add(required);
      }
      for (const flag of ['Libs', 'Libs.private'].flatMap((key) =>
        resolved(fields.get(key) ?? '').split(/\s+/),
      )) {
        if (flag.startsWith('-l')) libraries.add(flag.slice(2));
        else if (flag.startsWith('-L')) found.add(flag.slice(2));
      }
    }
  }
  return { files: [...files], libraries: [...libraries], folders: [...found] };
}

function readDescription(text: string) {
  const variables = new Map<string, string>();
  const fields = new Map<string, string>();
  for (const [, name = '', kind, value = ''] of text.matchAll(/^([\w.]+)[ \t]*([=:])[ \t]*(.*)$/gm)) {
    if (kind === '=') variables.set(name, expandVariables(value.trim(), variables));
    else fields.set(name, value.trim());
  }
  return { fields, resolved: (value: string) => expandVariables(value, variables) };
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}
