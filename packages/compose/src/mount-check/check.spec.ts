import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeArtifact } from '@millwright/artifacts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Engine } from '../engine/engine.js';
import { checkBindings, type CheckSubject } from './check.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-'));
  mkdirSync(join(root, 'built'));
  copyFileSync('/bin/true', join(root, 'built/app'));
  chmodSync(join(root, 'built/app'), 0o755);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A file is rejected by what it was built from before its image is looked at. */
const untouched: Omit<CheckSubject, 'workspaceRoot' | 'bindings'> = {
  files: [],
  engine: new Engine('docker', {}),
  facts: { os: 'linux', architecture: 'amd64', local: true },
  model: { name: 'stack' },
  alternatives: [],
};

it('rejects a file that was built from inputs that differ in this clone', async () => {
  const source = join(root, 'artifacts/linux/amd64/app');
  await placeArtifact({
    workspaceRoot: root,
    project: 'app',
    isProject: () => true,
    source: join(root, 'built/app'),
    destination: source,
    version: {},
    inputs: { variable: 'V', under: '', inputs: [{ kind: 'path', name: 'hidden.txt', digest: 'another' }] },
  });
  writeFileSync(join(root, 'compose.yaml'), 'services:\n  db: {}\n  web: {}\n');
  const { passed, refusals } = await checkBindings({
    ...untouched,
    workspaceRoot: root,
    files: [join(root, 'compose.yaml')],
    bindings: [{ service: 'web', source, path: '/app', kind: 'program', builtBy: 'app:build' }],
  });
  expect(passed).toEqual([]);
  expect(refusals.map(({ code, location, why }) => [code, location, why])).toEqual([
    [
      'CACHE_ENTRY_STALE',
      { file: 'compose.yaml', line: 3 },
      'the file was built from inputs that differ in this checkout: hidden.txt',
    ],
  ]);
});
