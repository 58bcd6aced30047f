import { posix } from 'node:path';
import { asTable, parseToml } from './toml.js';

/** Returns the paths of cargo configuration and toolchain files for a folder and each folder above it in the repository. */
export function configFolders(folder: string): string[] {
  const found: string[] = [];
  for (let current = folder; ; current = posix.dirname(current)) {
    const at = (path: string) => posix.join(current, path);
    found.push(
      at('.cargo/config.toml'),
      at('.cargo/config'),
      at('rust-toolchain.toml'),
      at('rust-toolchain'),
    );
    if (current === '.') return found;
  }
}

/** Returns whether a path is that of a cargo configuration file. */
export function isConfig(path: string): boolean {
  return /(^|\/)\.cargo\/config(\.toml)?$/.test(path);
}

/**
 * Returns the configuration files that cargo reads in a folder and in each folder above it in the repository, with the
 * files that they include, in order of precedence.
 * @param read returns the text of a file by its path relative to the repository, or undefined
 */
export function configsFor(folder: string, read: (path: string) => string | undefined): string[] {
  return [
    ...new Set(
      configFolders(folder)
        .filter((path) => isConfig(path) && read(path) !== undefined)
        .flatMap((path) => [path, ...includedConfigs(path, read)]),
    ),
  ];
}

/**
 * Returns the files that a configuration file includes, directly or transitively, in order of precedence: a file
 * overrides those that it includes, and a later one overrides earlier ones (Cargo reference, "Configuration",
 * `include`). Skips missing and invalid files, which cargo reports.
 */
export function includedConfigs(path: string, read: (path: string) => string | undefined): string[] {
  const found = new Set<string>();
  const visit = (file: string) => {
    for (const included of includesIn(read(file) ?? '').toReversed()) {
      const target = posix.isAbsolute(included) ? included : posix.join(posix.dirname(file), included);
      if (target === path || found.has(target) || read(target) === undefined) continue;
      found.add(target);
      visit(target);
    }
  };
  visit(path);
  return [...found];
}

/** Returns the paths in `include`: a list of paths and of tables with `path`. */
function includesIn(text: string): string[] {
  if (!text.includes('include')) return [];
  try {
    const { include } = parseToml(text);
    const entries: readonly unknown[] = Array.isArray(include) ? include : [include];
    return entries.flatMap((entry) => {
      const path = typeof entry === 'string' ? entry : asTable(entry)?.path;
      return typeof path === 'string' ? [path] : [];
    });
  } catch {
    return [];
  }
}
