import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputWatch } from './input-watch.js';
import { announceRunStart, fileTime } from './run-start.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-watch-'));
  execFileSync('git', ['init', '--quiet', folder]);
  write('.gitignore', 'generated.rs\n.nx\n');
  write('main.rs', 'one');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(path(name), text);
};
/** Waits until the file system's clock advances, so that later changes have a later time. */
const wait = async () => {
  const before = fileTime(folder) ?? 0;
  await expect.poll(() => fileTime(folder), { interval: 5 }).toBeGreaterThan(before);
};
/** Returns the environment that a hook sets, as if Nx had just started. */
const startRun = (): Record<string, string> => ({ MILLWRIGHT_RUN_START: String(fileTime(folder)) });

interface Case {
  readonly title: string;
  readonly beforeTask?: () => void;
  readonly inTask?: () => void;
  readonly mayWrite?: boolean;
  readonly isOutput?: boolean;
  readonly edited: readonly string[];
}

const rewrite = () => {
  write('main.rs', 'one');
};
const edit = () => {
  write('main.rs', 'two');
};
const cases: Case[] = [
  { title: 'ignores an unchanged file', edited: [] },
  { title: 'detects an edit while the task runs', inTask: edit, edited: ['main.rs'] },
  { title: 'detects an edit between the hash and the task', beforeTask: edit, edited: ['main.rs'] },
  {
    title: 'detects an edit that restores the modification time',
    inTask: () => {
      edit();
      utimesSync(path('main.rs'), new Date('2020-01-01'), new Date('2020-01-01'));
    },
    edited: ['main.rs'],
  },
  {
    title: 'detects an edit that was reverted',
    inTask: () => {
      edit();
      rewrite();
    },
    edited: ['main.rs'],
  },
  {
    title: 'detects a deleted file',
    inTask: () => {
      rmSync(path('main.rs'));
    },
    edited: ['main.rs'],
  },
  {
    title: 'detects a changed link',
    inTask: () => {
      rmSync(path('main.rs'));
      symlinkSync('.gitignore', path('main.rs'));
    },
    edited: ['main.rs'],
  },
  { title: 'ignores an output of an earlier task of the run', beforeTask: edit, isOutput: true, edited: [] },
  {
    title: 'ignores a file that the task may have written with the same content',
    inTask: rewrite,
    mayWrite: true,
    edited: [],
  },
  {
    title: 'detects a file that the task may have written with other content',
    inTask: edit,
    mayWrite: true,
    edited: ['main.rs'],
  },
  {
    title: 'detects an earlier edit of a file that the task may write',
    beforeTask: edit,
    mayWrite: true,
    edited: ['main.rs'],
  },
  {
    title: 'ignores a source that the task generated',
    inTask: () => {
      write('generated.rs', 'made');
    },
    mayWrite: true,
    edited: [],
  },
];

describe('InputWatch', () => {
  it.each(cases)('$title', async ({ beforeTask, inTask, mayWrite = false, isOutput = false, edited }) => {
    await wait();
    const env = startRun();
    await wait();
    beforeTask?.();
    await wait();
    const watch = await InputWatch.start(folder, [path('main.rs')], env);
    await wait();
    inTask?.();
    const found = await watch.changed([path('main.rs'), path('generated.rs')], {
      mayWrite: () => mayWrite,
      isOutput: () => isOutput,
    });
    expect([...found]).toEqual(edited.map(path));
  });

  it('distinguishes an edit from a write by an earlier task with the same content', async () => {
    const writers = { mayWrite: () => true, isOutput: () => false };
    const env = startRun();
    const first = await InputWatch.start(folder, [path('main.rs')], env);
    await wait();
    rewrite();
    expect([...(await first.changed([path('main.rs')], writers))]).toEqual([]);
    await wait();
    const second = await InputWatch.start(folder, [path('main.rs')], env);
    expect([...(await second.changed([path('main.rs')], writers))]).toEqual([]);
  });
});

it('announceRunStart announces the start of the process, never a later time', () => {
  const env: Record<string, string | undefined> = {};
  announceRunStart(folder, env);
  const now = fileTime(folder) ?? 0;
  const age = now - Number(env.MILLWRIGHT_RUN_START);
  expect(age).toBeGreaterThan(0);
  expect(age).toBeLessThan(process.uptime() * 1000 + 50);
  env.NX_DAEMON_PROCESS = 'true';
  announceRunStart(folder, env);
  expect((fileTime(folder) ?? 0) - Number(env.MILLWRIGHT_RUN_START)).toBeLessThan(age);
});
