import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { undoOf } from './undo.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millwright-undo-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Returns a tree that is about to write these files. */
const treeOf = (...paths: string[]): Pick<Tree, 'root' | 'listChanges'> => ({
  root,
  listChanges: () => paths.map((path) => ({ path, type: 'CREATE', content: Buffer.from('new') })),
});
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};

it('removes created files and folders, and restores changed files', async () => {
  write('kept/.gitignore', 'own');
  const undo = undoOf(treeOf('a/b/project.json', 'kept/.gitignore', 'kept/go.mod'));
  for (const path of ['a/b/project.json', 'kept/.gitignore', 'kept/go.mod']) write(path, 'new');
  await undo();
  expect(existsSync(join(root, 'a'))).toBe(false);
  expect(existsSync(join(root, 'kept/go.mod'))).toBe(false);
  expect(readFileSync(join(root, 'kept/.gitignore'), 'utf8')).toBe('own');
});

it('keeps files that others wrote in the meantime', async () => {
  const undo = undoOf(treeOf('a/b/project.json'));
  write('a/b/project.json', 'new');
  write('a/notes.txt', 'of the user');
  await undo();
  expect(existsSync(join(root, 'a/b'))).toBe(false);
  expect(readFileSync(join(root, 'a/notes.txt'), 'utf8')).toBe('of the user');
});
