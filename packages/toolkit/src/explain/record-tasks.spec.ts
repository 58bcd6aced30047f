import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordIndex } from './record-index.js';
import { batchRecords, saveBatchRecord, saveRecords, recordOf } from './records.js';
import { recordTasks } from './record-tasks.js';
import type { ExplainedPlugin } from './run.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'explain-'));
  files({ 'src/main.rs': '1' });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes Nx's list of files, which has their hashes. */
function files(hashes: Readonly<Record<string, string>>): void {
  const nonProjectFiles = Object.entries(hashes).map(([file, hash]) => ({ file, hash }));
  mkdirSync(join(root, '.nx/workspace-data'), { recursive: true });
  writeFileSync(
    join(root, '.nx/workspace-data/file-map.json'),
    JSON.stringify({ fileMap: { projectFileMap: {}, nonProjectFiles } }),
  );
}

const plugin = vi.fn((): ExplainedPlugin => ({
  name: 'cargo',
  version: '1',
  parts: () => Promise.resolve({}),
}));

function finish(status: string, hash: string, cache = true): Promise<void> {
  const nodes = { 'workspace:[{workspaceRoot}/src/**/*]': hash };
  const task = {
    ...{ id: 'app:build', target: { project: 'app', target: 'build' }, overrides: {}, outputs: [], cache },
    ...{ hash, hashDetails: { nodes }, startTime: 2000, endTime: 3000 },
  };
  plugin.mockClear();
  return recordTasks(
    { workspaceRoot: root, nxJson: {}, startTime: 1000, outcomes: [{ task, status }] },
    plugin,
  );
}

it('a task that ran again is kept with what was different', async () => {
  await finish('success', 'one');
  expect(recordOf(root, 'app:build')).toMatchObject({
    ...{ hash: 'one', status: 'ran', startTime: 2000, endTime: 3000, startedAfter: 1000 },
    inputs: { files: { 'src/main.rs': '1' } },
  });
  expect(recordOf(root, 'app:build')?.changes).toBeUndefined();
  files({ 'src/main.rs': '2', 'README.md': '2' });
  await finish('success', 'two');
  expect(recordOf(root, 'app:build')?.changes).toEqual([
    { kind: 'file', how: 'changed', name: 'src/main.rs' },
  ]);
});

it.each([
  ['restored as it was', 'local-cache', 'one', true, 0],
  ['left in place', 'local-cache-kept-existing', 'one', true, 0],
  ['restored in another state', 'remote-cache', 'two', true, 1],
  ['made again without a change', 'success', 'one', true, 1],
  ['failed', 'failure', 'two', true, 0],
  ['not cached', 'success', 'two', false, 0],
])('a task that was %s is looked into where that is new', async (_, status, hash, cache, times) => {
  await finish('success', 'one');
  await finish(status, hash, cache);
  expect(plugin).toHaveBeenCalledTimes(times);
  expect(recordIndex(root)['app:build']?.hash).toBe(times === 1 ? hash : 'one');
});

it('what another version or a broken disk left is no state to compare with', async () => {
  await finish('success', 'one');
  const folder = join(root, '.nx/workspace-data/millwright/explain');
  const [name = ''] = readdirSync(folder);
  writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').slice(0, 100));
  await finish('success', 'two');
  expect(recordOf(root, 'app:build')).toMatchObject({ hash: 'two' });
  expect(recordOf(root, 'app:build')?.changes).toBeUndefined();
});

it('keeps no more than the newest tasks and runs', async () => {
  await finish('success', 'one');
  const record = recordOf(root, 'app:build');
  if (record === undefined) throw new Error('not kept');
  const folder = join(root, '.nx/workspace-data/millwright/explain');
  const [oldest = ''] = readdirSync(folder);
  vi.useFakeTimers({ now: Date.now() + 1000 });
  saveRecords(root, new Map(Array.from({ length: 500 }, (_, index) => [`task ${index}`, record])));
  vi.useRealTimers();
  expect(Object.keys(recordIndex(root))).toHaveLength(500);
  expect(existsSync(join(folder, oldest))).toBe(false);
  expect(readdirSync(folder)).toHaveLength(500);
  for (let run = 0; run < 21; run += 1)
    saveBatchRecord(root, { startTime: run, preparing: 0, processes: [] });
  expect(batchRecords(root).map(({ startTime }) => startTime)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});
