import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stackFolder } from './stacks-folder.js';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'millwright-stacks-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workspace, { recursive: true });
});

it.each<[string, string | undefined, (root: string) => string]>([
  ["in Nx's folder", undefined, (root) => join(root, '.nx/workspace-data/millwright/stacks/mill')],
  ['in the folder that a variable names', '.data', (root) => join(root, '.data/millwright/stacks/mill')],
  ['in a folder outside of the workspace', '/data', () => '/data/millwright/stacks/mill'],
])('what is kept of a stack lies %s', (_, named, expected) => {
  vi.stubEnv('NX_WORKSPACE_DATA_DIRECTORY', named);
  expect(stackFolder(workspace, 'mill')).toBe(expected(workspace));
});

it.each(['stacks', 'stacks/mill'])('rejects a link out of the workspace at %s', (link) => {
  vi.stubEnv('NX_WORKSPACE_DATA_DIRECTORY', undefined);
  const path = join(workspace, '.nx/workspace-data/millwright', link);
  mkdirSync(join(path, '..'), { recursive: true });
  symlinkSync(tmpdir(), path);
  expect(() => stackFolder(workspace, 'mill')).toThrow('cannot write to');
});
