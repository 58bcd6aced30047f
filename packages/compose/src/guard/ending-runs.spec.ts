import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requests, awaitEndingRuns } from './ending-runs.js';
import { type ProcessIdentity, thisProcess } from '@millwright/toolkit/reaper';
import { RunFile, runFileName } from './run-record.js';
import { stackFolder } from './stacks-folder.js';

it.each([
  ['run stack:up', true],
  ['run stack:up:dev', true],
  ['up stack --ports=auto', true],
  ['run-many -t up', true],
  ['run-many --target=build,up --projects=other', true],
  ['affected --targets up', true],
  ['run stack:watch', false],
  ['run other:up', false],
  ['up other', false],
  ['run-many -t build', false],
  ['run-many --projects=stack -t lint', false],
])('nx %s requests stack:up: %s', (command, expected) => {
  expect(requests(['node', 'nx', ...command.split(' ')], 'stack:up')).toBe(expected);
});

const gone: ProcessIdentity = { pid: thisProcess().pid, startedAt: 'before' };

it.each([
  ['waits until Nx notices that the task of a stopped stack has ended', thisProcess(), 1],
  ['does not wait if that Nx process has ended', gone, 0],
])('%s', async (_, nx, lines) => {
  const workspace = mkdtempSync(join(tmpdir(), 'millwright-ending-runs-'));
  try {
    const run = { task: 'stack:up', owner: gone, nx, reapers: [], volumes: false, ending: true };
    const file = new RunFile(join(stackFolder(workspace, 'one'), runFileName));
    file.claim(run);
    file.release(run);
    const messages: string[] = [];
    await awaitEndingRuns(workspace, ['node', 'nx', 'run', 'stack:up'], (text) => {
      messages.push(text);
      return Promise.resolve();
    });
    expect(messages).toHaveLength(lines);
  } finally {
    rmSync(workspace, { recursive: true });
  }
});
