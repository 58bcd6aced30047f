import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runGit } from '@millwright/toolkit';
import { stampInputs } from './vcs-stamp.js';

let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'millwright-stamp-'));
  mkdirSync(join(root, 'nested', 'module'), { recursive: true });
  for (const folder of [root, join(root, 'nested')]) await runGit(folder, ['init', '--quiet']);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const state = (name: string) => [
  { kind: 'git', name },
  { kind: 'git-changes', name },
];

it.each([
  [[], '.', []],
  [['-buildvcs=false'], '.', []],
  [['-buildvcs=true', '-buildvcs=0'], '.', []],
  [['-buildvcs'], '.', state('.')],
  [['--buildvcs=auto'], '.', state('.')],
  [['-v', '-buildvcs=true'], 'nested/module', state('nested')],
])('reads the VCS state for the arguments %j in %s: %j', (args, module, expected) => {
  expect(stampInputs(args, join(root, module), root)).toEqual(expected);
});
