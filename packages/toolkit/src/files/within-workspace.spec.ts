import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkWithinWorkspace } from './within-workspace.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'within-'));
  mkdirSync(join(root, 'workspace/artifacts/linux'), { recursive: true });
  mkdirSync(join(root, 'elsewhere'));
  writeFileSync(join(root, 'workspace/file'), '');
  const links = {
    'workspace/artifacts/linux/amd64': '../../../elsewhere',
    'workspace/inner': 'artifacts',
    'workspace/dangling': '../nowhere',
    'workspace/app': '../elsewhere/app',
    // The kernel takes `..` from where the link leads to, not from where it lies.
    'workspace/chain': 'artifacts/linux/amd64/..',
    through: 'workspace',
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

it.each([
  ['a file of the workspace', 'file'],
  ['a path that does not exist yet', 'new/deep/app'],
  ['a path through a link inside the workspace', 'inner/app'],
  ['a link, which writing replaces', 'app'],
  ['a name that begins with dots', '..app'],
  ['a path below a file, at which writing will fail', 'file/app'],
])('accepts %s', (_, path) => {
  for (const workspace of ['workspace', 'through']) {
    expect(() => {
      checkWithinWorkspace(join(root, workspace), path);
    }).not.toThrow();
  }
});

it.each([
  ['a path above the workspace', '../elsewhere/app'],
  ['the same through a folder', 'artifacts/../../elsewhere/app'],
  ['an absolute path', '/etc/app'],
  ['a path through a link out of the workspace', 'artifacts/linux/amd64/app'],
  ['a new folder through a link out of the workspace', 'artifacts/linux/amd64/deep/app'],
  ['a path through a link whose target goes through another link', 'chain/app'],
  ['a path through a dangling link', 'dangling/app'],
])('rejects %s', (_, path) => {
  expect(() => {
    checkWithinWorkspace(join(root, 'workspace'), path);
  }).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_WORKSPACE' }));
});
