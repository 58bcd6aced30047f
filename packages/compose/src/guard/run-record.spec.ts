import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisProcess } from '@millwright/toolkit/reaper';
import { RunFile, type RunRecord } from './run-record.js';

const record: RunRecord = {
  task: 'stack:up',
  owner: thisProcess(),
  nx: thisProcess(),
  reapers: [],
  volumes: false,
  ending: false,
};

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-run-record-'));
  path = join(folder, 'run.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the file that records the run of a stack', () => {
  it('rejects a second claim while the first run is alive', () => {
    expect(new RunFile(path).claim(record)).toEqual({ isClaimed: true, abandoned: undefined });
    expect(new RunFile(path).claim({ ...record, owner: { pid: 1, startedAt: undefined } })).toMatchObject({
      isClaimed: false,
      holder: record,
    });
  });

  it('keeps the last run whose stack was taken down', () => {
    const file = new RunFile(path);
    file.claim(record);
    expect(file.readEnded()).toBeUndefined();
    file.release(record);
    expect(file.read()).toBeUndefined();
    expect(file.readEnded()?.run).toMatchObject(record);
    expect(file.claim(record)).toEqual({ isClaimed: true, abandoned: undefined });
  });

  const stored = { version: 1, ...record };
  it.each<readonly [string, string]>([
    ['is empty', ''],
    ['is truncated', JSON.stringify(stored).slice(0, 40)],
    ['is null', 'null'],
    ['has another version', JSON.stringify({ ...stored, version: 0 })],
    ['has no version', JSON.stringify(record)],
    ['has one reaper instead of a list', JSON.stringify({ ...stored, reapers: record.owner })],
    ['names a process group as the owner', JSON.stringify({ ...stored, owner: { pid: -1 } })],
    ['has a reaper without an id', JSON.stringify({ ...stored, reapers: [{}] })],
  ])('is replaced if it %s', (_, text) => {
    writeFileSync(path, text);
    const file = new RunFile(path);
    expect(file.read()).toBeUndefined();
    expect(file.claim(record)).toEqual({ isClaimed: true, abandoned: undefined });
    expect(file.read()).toMatchObject(record);
  });
});
