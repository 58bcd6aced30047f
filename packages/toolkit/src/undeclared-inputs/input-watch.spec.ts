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
/** Lets the file system's clock go on, so that what follows is later than what was. */
const wait = async () => {
  const before = fileTime(folder) ?? 0;
  await expect.poll(() => fileTime(folder), { interval: 5 }).toBeGreaterThan(before);
};
/** The environment that a hook leaves, as if Nx had started right now. */
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
  { title: 'a file that nobody touched is none', edited: [] },
  { title: 'an edit while the task runs is one', inTask: edit, edited: ['main.rs'] },
  { title: 'an edit between hash and task is one', beforeTask: edit, edited: ['main.rs'] },
  {
    title: 'an edit that keeps an older time is one',
    inTask: () => {
      edit();
      utimesSync(path('main.rs'), new Date('2020-01-01'), new Date('2020-01-01'));
    },
    edited: ['main.rs'],
  },
  {
    title: 'an edit that was taken back is one',
    inTask: () => {
      edit();
      rewrite();
    },
    edited: ['main.rs'],
  },
  {
    title: 'a deleted file is one',
    inTask: () => {
      rmSync(path('main.rs'));
    },
    edited: ['main.rs'],
  },
  {
    title: 'a link that leads elsewhere is one',
    inTask: () => {
      rmSync(path('main.rs'));
      symlinkSync('.gitignore', path('main.rs'));
    },
    edited: ['main.rs'],
  },
  { title: 'an output of an earlier task of the run is none', beforeTask: edit, isOutput: true, edited: [] },
  {
    title: 'what the task may have written itself is none where it has the same content',
    inTask: rewrite,
    mayWrite: true,
    edited: [],
  },
  {
    title: 'what the task may have written is one where its content differs',
    inTask: edit,
    mayWrite: true,
    edited: ['main.rs'],
  },
  {
    title: 'what an earlier edit left is one, whatever the task may write',
    beforeTask: edit,
    mayWrite: true,
    edited: ['main.rs'],
  },
  {
    title: 'a source that the task generated is none',
    inTask: () => {
      write('generated.rs', 'made');
    },
    mayWrite: true,
    edited: [],
  },
];

describe('an edit that makes a result unfit for its hash', () => {
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

  it('is told from what an earlier task of the run wrote with the content that it had', async () => {
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

it('a run starts when its process does, and never later than now', () => {
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
