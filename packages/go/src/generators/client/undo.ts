import { existsSync } from 'node:fs';
import { rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRegularFile } from '@millwright/toolkit';
import type { Tree } from '@nx/devkit';

/**
 * Saves the current content of the files that a tree is about to write.
 * @returns a function that restores it: it removes created files and empty folders, and restores changed
 * files
 */
export function undoOf(tree: Pick<Tree, 'root' | 'listChanges'>): () => Promise<void> {
  const files = tree.listChanges().map(({ path }) => {
    const file = join(tree.root, path);
    return { file, before: readRegularFile(file).bytes };
  });
  const created = files.flatMap(({ file }) => missingFoldersAbove(file));
  const folders = [...new Set(created)].sort((a, b) => b.length - a.length);
  return async () => {
    for (const { file, before } of files) {
      if (before === undefined) await rm(file, { force: true });
      else await writeFile(file, before);
    }
    // A folder that is no longer empty stays.
    for (const folder of folders) await rmdir(folder).catch(() => undefined);
  };
}

function missingFoldersAbove(file: string): string[] {
  const missing: string[] = [];
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  return missing;
}
