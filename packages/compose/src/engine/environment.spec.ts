import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAndExpandDotEnvFile } from 'nx/src/tasks-runner/task-env.js';
import { parseEnviron, withoutFiles } from './environment.js';

it('parseEnviron accepts = and line breaks in values', () => {
  expect(parseEnviron('PATH=/bin\0URL=a=b\0TEXT=one\ntwo\0EMPTY=\0not a variable\0')).toEqual({
    PATH: '/bin',
    URL: 'a=b',
    TEXT: 'one\ntwo',
    EMPTY: '',
  });
});

describe('withoutFiles', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-environment-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const load = (files: string[], environment: Record<string, string>) =>
    void loadAndExpandDotEnvFile(files, environment);

  it.each<[string, string, Record<string, string>]>([
    ['a plain value', 'A=one\nB=two', {}],
    ['a value in single quotes with a dollar sign', "PASSWORD='pa$word'", {}],
    ['a value that refers to a variable of the file', 'A=one\nB=$A-two', {}],
    ['a value that refers to a variable of the user', 'B=${HOME}/x', {}],
    ['a value that refers to a variable that the user has set over the file', 'A=one\nB=$A', { A: 'mine' }],
    ['a value of several lines, an export and a comment', 'export A=one # note\nB="x\ny"\n', {}],
    ['a variable that the user has set to something else', 'A=one', { A: 'mine' }],
  ])('restores the environment after Nx loaded %s', (_, text, set) => {
    writeFileSync(join(folder, '.env'), text);
    const user = { HOME: '/home/me', PATH: '/bin', ...set };
    const task: Record<string, string> = { ...user };
    load([join(folder, '.env')], task);
    expect(withoutFiles(task, [[join(folder, '.env')]], load)).toEqual(user);
  });

  it('recognizes a value that another group of files set', () => {
    writeFileSync(join(folder, '.env'), 'TAG=root\n');
    writeFileSync(join(folder, '.env.up'), 'TAG=up\n');
    const groups = [[join(folder, '.env')], [join(folder, '.env.up'), join(folder, '.env')]];
    expect(withoutFiles({ TAG: 'root' }, groups, load)).toEqual({});
    expect(withoutFiles({ TAG: 'up' }, groups, load)).toEqual({});
    expect(withoutFiles({ TAG: 'mine' }, groups, load)).toEqual({ TAG: 'mine' });
  });
});
