import { expandVariables } from '@millwright/toolkit';

/** Read access to the file system. */
export interface ModuleFiles {
  /** Returns the text of a file; undefined if it does not exist. */
  readonly read: (path: string) => string | undefined;
}

/** A pkg-config module. */
export interface FoundModule {
  readonly name: string;
  /** The lines of its file that define what is linked, without paths that differ between machines. */
  readonly facts: readonly string[];
  /** The values of `-l`. */
  readonly libraries: readonly string[];
  /** The folders of the libraries: `libdir` and the values of `-L`. */
  readonly folders: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns Debian's multiarch name for a triple, such as `aarch64-linux-gnu`. */
export function multiarch(triple: string): string {
  const [arch = '', , os, environment] = triple.split('-');
  return `${arch.replace(/^i.86$/, 'i386')}-${os}-${environment}`;
}

/** Returns pkg-config's search path (pkg-config(1), PKG_CONFIG_PATH and PKG_CONFIG_LIBDIR; Debian's default folders). */
export function moduleFolders(triple: string, env: Environment): string[] {
  const split = (value: string | undefined) => (value ?? '').split(':').filter((folder) => folder !== '');
  const usual = ['/usr/local/lib', '/usr/lib'].flatMap((folder) => [
    `${folder}/${multiarch(triple)}/pkgconfig`,
    `${folder}/pkgconfig`,
  ]);
  const fallback = [...usual, '/usr/local/share/pkgconfig', '/usr/share/pkgconfig', '/usr/lib64/pkgconfig'];
  return [
    ...split(env.PKG_CONFIG_PATH),
    ...split(env[`PKG_CONFIG_PATH_${triple.replaceAll('-', '_')}`]),
    ...(env.PKG_CONFIG_LIBDIR === undefined ? fallback : split(env.PKG_CONFIG_LIBDIR)),
  ];
}

/** Finds modules and all modules that they require, publicly or privately, without duplicates. Skips missing modules. */
export function findModules(
  names: readonly string[],
  folders: readonly string[],
  { read }: ModuleFiles,
): FoundModule[] {
  const pending = new Set(names);
  const found: FoundModule[] = [];
  // The loop also visits items added during iteration.
  for (const name of pending) {
    const text = folders.map((folder) => read(`${folder}/${name}.pc`)).find((one) => one !== undefined);
    if (text === undefined) continue;
    const { module, requires } = readModule(name, text);
    found.push(module);
    for (const other of requires) pending.add(other);
  }
  return found;
}

/** Parses a `.pc` file (pkg-config(1), "Metadata file syntax"): variables `name=value` and keywords `Name: value`. */
function readModule(name: string, text: string): { module: FoundModule; requires: string[] } {
  const variables = new Map<string, string>();
  const keywords = new Map<string, string>();
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const [, key = '', sign, value = ''] = /^\s*([\w.]+)\s*([=:])(.*)$/.exec(line) ?? [];
    if (sign === '=') variables.set(key, expandVariables(value.trim(), variables));
    else if (sign === ':') keywords.set(key, value.trim());
  }
  const words = (keys: readonly string[]) =>
    keys
      .flatMap((key) => expandVariables(keywords.get(key) ?? '', variables).split(/[\s,]+/))
      .filter((word) => word !== '');
  const links = words(['Libs', 'Libs.private']);
  const after = (flag: string) =>
    links.flatMap((word) => (word.startsWith(flag) && word !== flag ? [word.slice(flag.length)] : []));
  return {
    module: {
      name,
      facts: [...keywords]
        .filter(([key]) => relevantKeywords.has(key))
        .map(([key, value]) => `${key}: ${value}`),
      libraries: after('-l'),
      folders: [...new Set([...[variables.get('libdir') ?? []].flat(), ...after('-L')])],
    },
    requires: words(['Requires', 'Requires.private']).filter((word, index, all) => {
      return !/^[<>=!]/.test(word) && !/^[<>=!]/.test(all[index - 1] ?? '');
    }),
  };
}

const relevantKeywords: ReadonlySet<string> = new Set([
  'Version',
  'Libs',
  'Libs.private',
  'Requires',
  'Requires.private',
]);
