import { posix } from 'node:path';

/** Escapes a path for use as an Nx glob that matches only this path. */
export function escapeGlob(path: string): string {
  return path.replace(/[\\*?{}[\]()!]/g, '\\$&');
}

/** Returns an Nx input for one path of the repository. */
export function pathInput(path: string): string {
  return `{workspaceRoot}/${escapeGlob(path)}`;
}

/** Returns an Nx input for all files below a folder of the repository. */
export function folderInput(folder: string): string {
  return folder === '.' ? '{workspaceRoot}/**/*' : `${pathInput(folder)}/**/*`;
}

/** Returns an Nx input for the files directly in a folder of the repository. */
export function filesInput(folder: string): string {
  return folder === '.' ? '{workspaceRoot}/*' : `${pathInput(folder)}/*`;
}

/** Returns true if a name can be used in a list of alternatives without escaping. */
function isPlain(name: string): boolean {
  return /^[\w.@+ -]+$/.test(name);
}

/**
 * Returns Nx inputs for paths of the repository, combined per folder, because a build can have thousands of
 * files.
 */
export function pathsInput(paths: readonly string[]): string[] {
  const byFolder = Map.groupBy(paths, (path) => posix.dirname(path));
  return [...byFolder].flatMap(([folder, own]) => {
    const names = own.map((path) => posix.basename(path));
    const plain = [...new Set(names)].filter(isPlain);
    const others = names.filter((name) => !isPlain(name)).map((name) => pathInput(posix.join(folder, name)));
    if (plain.length < 2) return [...plain.map((name) => pathInput(posix.join(folder, name))), ...others];
    const base = folder === '.' ? '{workspaceRoot}' : pathInput(folder);
    return [`${base}/{${plain.join(',')}}`, ...others];
  });
}
