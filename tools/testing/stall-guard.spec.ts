import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { descendants, guard, StallDetector } from './stall-guard.ts';

describe('StallDetector', () => {
  it.each<[string, readonly (readonly [time: number, used: number])[], boolean]>([
    ['is false for the first sample', [[0, 0]], false],
    [
      'waits for the time limit',
      [
        [0, 5],
        [89, 5],
      ],
      false,
    ],
    [
      'ignores one percent of a CPU',
      [
        [0, 5],
        [50, 5.5],
        [100, 6],
      ],
      true,
    ],
    [
      'detects slow work',
      [
        [0, 5],
        [50, 8],
        [100, 8],
        [139, 8],
      ],
      false,
    ],
    [
      'detects the end of work',
      [
        [0, 5],
        [50, 8],
        [160, 8],
      ],
      true,
    ],
    [
      'counts a process that left the tree as work',
      [
        [0, 50],
        [95, 5],
      ],
      false,
    ],
  ])('%s', (_, samples, expected) => {
    const detector = new StallDetector(90);
    expect(samples.map(([time, used]) => detector.isStalled(time, used)).at(-1)).toBe(expected);
  });
});

it('returns descendants by level', () => {
  const process = (pid: number, parent: number) => ({ pid, parent, seconds: 0, name: `${pid}` });
  const all = [process(4, 3), process(2, 1), process(3, 1), process(9, 8), process(5, 4)];
  expect(descendants(all, 1).map((level) => level.map(({ pid }) => pid))).toEqual([[2, 3], [4], [5]]);
});

it.runIf(process.platform === 'linux')(
  'ends the process that a worker waits for, but not the worker',
  async () => {
    const worker = `const { status, signal } = require('node:child_process').spawnSync('sleep', ['1000']);
      console.log(status, signal);`;
    const parent = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(worker)}], { stdio: 'inherit' })`;
    const child = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const stop = guard(child.pid ?? 0, { stallSeconds: 3, intervalSeconds: 0.2 });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    stop();
    expect(output).toBe('null SIGKILL\n');
  },
);
