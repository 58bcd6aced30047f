import { posix } from 'node:path';
import { asTable, parseToml } from './toml.js';
import { isWithin } from './workspaces.js';

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
function isConfig(path: string): boolean {
  return /(^|\/)\.cargo\/config(\.toml)?$/.test(path);
}

/**
 * Returns the folder in which cargo runs for a crate: the nearest one with a configuration, up to the workspace's
 * folder. cargo reads the configuration of its working folder and of the folders above it.
 * @param crate the crate's folder, with forward slashes; relative or absolute, as the workspace's folder
 * @param exists returns whether a file exists
 */
export function commandFolder(crate: string, workspace: string, exists: (path: string) => boolean): string {
  if (!isWithin(crate, workspace)) return workspace;
  for (let folder = crate; folder !== workspace; folder = posix.dirname(folder)) {
    const files = ['.cargo/config.toml', '.cargo/config'].map((name) => posix.join(folder, name));
    if (files.some(exists)) return folder;
  }
  return workspace;
}

/** Returns the configuration files that apply in a folder of a Cargo workspace, but not in the workspace's folder. */
export function ownConfigs(
  folder: string,
  workspace: string,
  read: (path: string) => string | undefined,
): string[] {
  const shared = new Set(configsFor(workspace, read));
  return configsFor(folder, read).filter((path) => !shared.has(path));
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
