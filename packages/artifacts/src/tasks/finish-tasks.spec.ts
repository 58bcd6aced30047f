import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { differingInputs } from './differing-inputs.js';
import { finishTasks } from './finish-tasks.js';
import { sideFilesOf } from '../layout/layout.js';
import { placeArtifact } from '../placing/place.js';

const artifact = 'artifacts/linux/amd64/app';
const variable = 'MILLWRIGHT_TEST_1';

let root: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'finish-tasks-'));
  mkdirSync(join(root, 'built'));
  writeFileSync(join(root, 'built/app'), 'app');
  await placeArtifact({
    workspaceRoot: root,
    project: 'app',
    isProject: () => true,
    source: join(root, 'built/app'),
    destination: join(root, artifact),
    version: {},
    inputs: {
      variable,
      under: '',
      inputs: [
        { kind: 'path', name: 'hidden.txt', digest: 'another' },
        { kind: 'variable', name: 'WORD', digest: 'another' },
        { kind: 'git', name: 'third_party/mill', digest: 'another' },
      ],
    },
  });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const finish = (status: string) =>
  finishTasks(root, 'MILLWRIGHT_TEST_', [
    { task: { id: 'app:build', outputs: [artifact, ...Object.values(sideFilesOf(artifact))] }, status },
  ]);
const checksums = () => readFileSync(join(root, 'artifacts/checksums.json'), 'utf8');

it('fails a run that restored a stale result, explains why, and removes the result', async () => {
  await finish('success');
  expect(checksums()).toContain('linux/amd64/app');
  await expect(finish('remote-cache')).rejects.toThrow(
    /error\[CACHE_ENTRY_STALE\]: .*app:build \(the commit, branch or tags of third_party\/mill, hidden\.txt, the variable WORD\)[^]*same command/,
  );
  expect(
    [artifact, ...Object.values(sideFilesOf(artifact))].filter((path) => existsSync(join(root, path))),
  ).toEqual([]);
  expect(checksums()).not.toContain('linux/amd64/app');
});

it('returns the differing inputs of an artifact, except variables', async () => {
  const names = (await differingInputs(root, join(root, artifact))).map(({ name }) => name);
  expect(names).toEqual(['third_party/mill', 'hidden.txt']);
  rmSync(join(root, sideFilesOf(artifact).inputs));
  expect(await differingInputs(root, join(root, artifact))).toEqual([]);
});
