import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStagingFolder } from './staging-folder.js';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'staging-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

/** Creates a folder as an installation of another process leaves it behind. */
function leave(name: string, hours = 0): string {
  const path = join(parent, name);
  mkdirSync(path);
  writeFileSync(join(path, 'archive'), 'x');
  const time = Date.now() / 1000 - hours * 3600;
  utimesSync(path, time, time);
  return name;
}

/** The name of a folder of this process, with the process ID and the machine replaced. */
function named(pid: number | string, machine?: string): string {
  const [, owner = ''] = basename(createStagingFolder(parent)).split('-');
  return `.installing-${machine ?? owner}-${pid}-abcdef`;
}

const isLeft = (name: string) => {
  createStagingFolder(parent);
  return readdirSync(parent).includes(name);
};

it('removes the folder of a process that was killed', () => {
  const { pid } = spawnSync(process.execPath, ['--eval', 'process.kill(process.pid, "SIGKILL")']);
  expect(isLeft(leave(named(pid)))).toBe(false);
});

it.each([
  ['of a running process', () => leave(named(process.ppid))],
  ['of this process', () => leave(named(process.pid))],
  ['of another machine', () => leave(named(999_999_999, 'ffffffffffff'), 23)],
  ['of an earlier version', () => leave('.installing-abcdef', 23)],
  ['whose process is not known', () => leave(named('x'), 23)],
])('keeps the folder %s', (_, create) => {
  expect(isLeft(create())).toBe(true);
});

it.each([
  ['of another machine', () => leave(named(1, 'ffffffffffff'), 25)],
  ['of an earlier version', () => leave('.installing-abcdef', 25)],
])('removes the folder %s after a day', (_, create) => {
  expect(isLeft(create())).toBe(false);
});

it('does not touch other folders', () => {
  expect(isLeft(leave('0123456789abcdef-linux-amd64', 1000))).toBe(true);
});
