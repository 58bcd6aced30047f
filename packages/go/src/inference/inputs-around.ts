import { posix } from 'node:path';
import { filesInput, folderInput } from '@millwright/toolkit';

/**
 * Returns Nx inputs for all files below a folder, without those in some subfolders. A negated pattern would
 * also exclude the files from every other pattern of the task, so the surrounding folders are listed
 * instead.
 * @param excluded the folders to exclude
 * @param foldersIn returns the names of the subfolders of a folder
 */
export function inputsAround(
  folder: string,
  excluded: readonly string[],
  foldersIn: (folder: string) => readonly string[],
): string[] {
  if (excluded.some((path) => isWithin(folder, path))) return [];
  const below = excluded.filter((path) => isWithin(path, folder));
  if (below.length === 0) return [folderInput(folder)];
  const children = foldersIn(folder).map((name) => posix.join(folder, name));
  return [filesInput(folder), ...children.flatMap((child) => inputsAround(child, below, foldersIn))];
}

/** Returns true if a folder equals another or is inside it. */
function isWithin(folder: string, above: string): boolean {
  return above === '.' || folder === above || folder.startsWith(`${above}/`);
}
