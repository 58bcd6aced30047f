import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchLockFiles } from './new-lock-files.js';

it('reports lock files that cargo wrote, but not existing or missing ones', () => {
  const root = mkdtempSync(join(tmpdir(), 'locks-'));
  const folders = ['had', 'got', 'none'].map((name) => join(root, name));
  for (const folder of folders) mkdirSync(folder);
  writeFileSync(join(root, 'had/Cargo.lock'), '');
  const written = watchLockFiles(root, [...folders, ...folders]);
  expect(written()).toEqual([]);
  writeFileSync(join(root, 'got/Cargo.lock'), '');
  expect(written()).toEqual([
    'note: cargo wrote got/Cargo.lock, an input of this task, so the next run will not use the cached result; commit the file',
  ]);
  rmSync(root, { recursive: true });
});
