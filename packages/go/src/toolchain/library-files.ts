import { delimiter, join } from 'node:path';
import { type Environment, expandVariables, readText, statOf, warnOnce } from '@millwright/toolkit';
import { goError } from '../errors.js';
import type { SystemLibraries } from '../source-scan/native-files.js';

/**
 * Returns the files that determine which system libraries C code is linked with: the .pc files of
 * pkg-config packages and their requirements (pkg-config(1), pc(5)), and the libraries themselves. All
 * candidate folders are searched, because a build can target any of the platforms.
 * @param prefixes Debian's prefixes of the platforms' tools, for example `aarch64-linux-gnu-`
 * @param settings the settings stored by `go env -w`
 * @returns sorted absolute paths
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
  const descriptions = readDescriptions(packages, [
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
  if (places.size * names.size > maxLookups) {
    warnOnce(
      goError('INPUT_TOO_LARGE', {
        what: 'the #cgo directives list too many libraries and folders',
        why: `${names.size} libraries would have to be looked up in ${places.size} folders; changes in these libraries will not trigger a rebuild`,
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

/** The maximum number of paths that are checked for libraries: each library can be in any of the folders. */
const maxLookups = 100_000;

/**
 * Returns the files that a linker searches for `-lname`. After a colon, the name is a file name (ld(1)).
 */
function fileNames(name: string): string[] {
  if (name.startsWith(':')) return [name.slice(1)];
  return ['.so', '.a', '.dylib', '.tbd'].map((ending) => `lib${name}${ending}`);
}

interface Descriptions {
  readonly files: readonly string[];
  readonly libraries: readonly string[];
  readonly folders: readonly string[];
}

/** Reads the .pc files of packages, and returns the libraries and folders that they name. */
function readDescriptions(packages: readonly string[], folders: readonly string[]): Descriptions {
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
