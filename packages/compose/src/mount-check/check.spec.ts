import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeArtifact } from '@millwright/artifacts';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
  const subject = {
    workspaceRoot: root,
    bindings: [{ service: 'web', source, path: '/app', kind: 'program', builtBy: 'app:build' }],
    alternatives: [],
    model: {},
  } as unknown as CheckSubject;
  const { passed, refusals } = await checkBindings(subject);
  expect(passed).toEqual([]);
  expect(refusals.map(({ code, why }) => [code, why])).toEqual([
    ['CACHE_ENTRY_STALE', 'it was built from inputs that differ in this checkout: hidden.txt'],
  ]);
});
