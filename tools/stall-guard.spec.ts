import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { descendants, guard, StallDetector } from './stall-guard.ts';

describe('StallDetector', () => {
  it.each<[string, readonly (readonly [time: number, used: number])[], boolean]>([
    ['says nothing of a first look', [[0, 0]], false],
    [
      'waits as long as it was told',
      [
        [0, 5],
        [89, 5],
      ],
      false,
    ],
    [
      'finds no work in a hundredth of a processor',
      [
        [0, 5],
        [50, 5.5],
        [100, 6],
      ],
      true,
    ],
    [
      'sees slow work',
      [
        [0, 5],
        [50, 8],
        [100, 8],
        [139, 8],
      ],
      false,
    ],
    [
      'sees the end of work',
      [
        [0, 5],
        [50, 8],
        [160, 8],
      ],
      true,
    ],
    [
      'takes a process that left the tree for work',
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

it('finds the processes below one, level by level', () => {
  const process = (pid: number, parent: number) => ({ pid, parent, seconds: 0, name: `${pid}` });
  const all = [process(4, 3), process(2, 1), process(3, 1), process(9, 8), process(5, 4)];
  expect(descendants(all, 1).map((level) => level.map(({ pid }) => pid))).toEqual([[2, 3], [4], [5]]);
});

it.runIf(process.platform === 'linux')(
  'ends what a worker waits for, and leaves the worker to say so',
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
