import { posix } from 'node:path';

/** A path as a glob of Nx that matches this path alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[\\*?{}[\]()!]/g, '\\$&');
}

/** An input of Nx for one path of the repository. */
export function pathInput(path: string): string {
  return `{workspaceRoot}/${escapeGlob(path)}`;
}

/** An input of Nx for all files below a folder of the repository. */
export function folderInput(folder: string): string {
  return folder === '.' ? '{workspaceRoot}/**/*' : `${pathInput(folder)}/**/*`;
}

/** An input of Nx for the files directly in a folder of the repository. */
export function filesInput(folder: string): string {
  return folder === '.' ? '{workspaceRoot}/*' : `${pathInput(folder)}/*`;
}

/** Whether a name can stand in a list of alternatives as it is. */
function isPlain(name: string): boolean {
  return /^[\w.@+ -]+$/.test(name);
}

/** Inputs of Nx for some paths of the repository: one for each folder, since a build may have thousands of files. */
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
