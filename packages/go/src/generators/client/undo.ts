import { existsSync } from 'node:fs';
import { rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRegularFile } from '@millwright/toolkit';
import type { Tree } from '@nx/devkit';

/**
 * Remembers what the disk holds in place of what a tree is about to write.
 * @returns puts it back: removes what was created, with folders that are empty then, and restores what was changed
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
    // One that holds something else by now stays.
    for (const folder of folders) await rmdir(folder).catch(() => undefined);
  };
}

function missingFoldersAbove(file: string): string[] {
  const missing: string[] = [];
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  return missing;
}
