import { posix } from 'node:path';
import { filesInput, folderInput } from '@millwright/toolkit';

/**
 * Inputs of Nx for all files below a folder, without those of some folders in it. A negated pattern would take
 * the excluded files from every other pattern of the task as well, so the folders around them are listed.
 * @param excluded the folders to leave out
 * @param foldersIn the names of the folders in a folder
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

/** Whether a folder is another or lies below it. */
function isWithin(folder: string, above: string): boolean {
  return above === '.' || folder === above || folder.startsWith(`${above}/`);
}
