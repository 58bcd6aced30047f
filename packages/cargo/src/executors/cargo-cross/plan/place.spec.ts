import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { platformInfo } from '@millwright/toolkit';
import { checkPlace } from './place.js';
import { buildTaskWith } from './build-task.spec.helper.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cargo-place-'));
  mkdirSync(join(root, 'workspace/artifacts/linux'), { recursive: true });
  mkdirSync(join(root, 'elsewhere'));
  symlinkSync('../../../elsewhere', join(root, 'workspace/artifacts/linux/amd64'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

it.each([
  ['installTo above the workspace', { installTo: '../../outside/app' }],
  ['outputPath above the workspace', { outputPath: '../elsewhere' }],
  ['outputPath through a symbolic link out of the workspace', { outputPath: 'artifacts/linux/amd64' }],
  ['installTo through a symbolic link out of the workspace', { installTo: 'artifacts/linux/amd64/bin/app' }],
])('rejects %s before building or writing anything', (_, options) => {
  const task = buildTaskWith(join(root, 'workspace'), options);
  const built = { platform: platformInfo('linux/amd64'), triple: 'x86_64-unknown-linux-gnu', targets: [] };
  expect(() => {
    checkPlace(task, built, join(root, 'workspace'));
  }).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_WORKSPACE' }));
  expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
});
