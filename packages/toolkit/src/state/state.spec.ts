import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readWorkspaceState, writeWorkspaceState, taskOutputFolder, workspaceDataFolder } from './state.js';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workspace, { recursive: true });
});

const format = { name: 'numbers', version: 2, schema: z.record(z.string(), z.number()) };
const folder = () => workspaceDataFolder(workspace, {});
const file = () => join(folder(), 'numbers.json');
const store = (text: string) => {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(file(), text);
};

describe('state', () => {
  it('is saved, replaced atomically, and leaves no other files', () => {
    expect(readWorkspaceState(workspace, format)).toBeUndefined();
    writeWorkspaceState(workspace, format, { a: 1 });
    writeWorkspaceState(workspace, format, { b: 2 });
    expect(readWorkspaceState(workspace, format)).toEqual({ b: 2 });
    expect(readdirSync(folder())).toEqual(['numbers.json']);
  });

  it.each([
    ['nothing', ''],
    ['truncated data', '{"version":2,"data":{"a"'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['the data without a version', '{"a":1}'],
    ['another version', '{"version":1,"data":{"a":1}}'],
    ['only a version', '{"version":2}'],
    ['data that does not match the schema', '{"version":2,"data":{"a":"1"}}'],
    ['data that is null', '{"version":2,"data":null}'],
    ['unknown keys', '{"version":2,"data":{},"more":1}'],
    ['unlimited nesting', '['.repeat(1_000_000)],
    ['binary data', '\u0000\uFFFF'],
  ])('is ignored and rewritten if the file contains %s', (_, text) => {
    store(text);
    expect(readWorkspaceState(workspace, format)).toBeUndefined();
    writeWorkspaceState(workspace, format, { a: 1 });
    expect(readWorkspaceState(workspace, format)).toEqual({ a: 1 });
  });

  it('does not change prototypes', () => {
    store('{"version":2,"data":{"__proto__":7}}');
    expect(Object.getPrototypeOf(readWorkspaceState(workspace, format) ?? {})).toBe(Object.prototype);
  });

  it('does not block on a FIFO', () => {
    mkdirSync(folder(), { recursive: true });
    execFileSync('mkfifo', [file()]);
    expect(readWorkspaceState(workspace, format)).toBeUndefined();
    writeWorkspaceState(workspace, format, { a: 1 });
    expect(readWorkspaceState(workspace, format)).toEqual({ a: 1 });
  });

  it('is not written through a link', () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(workspace, 'other'), 'kept');
    symlinkSync(join(workspace, 'other'), file());
    writeWorkspaceState(workspace, format, { a: 1 });
    expect(readFileSync(join(workspace, 'other'), 'utf8')).toBe('kept');
  });

  it.each(['.nx', '.nx/workspace-data', '.nx/workspace-data/millwright'])(
    'is saved in a folder of the user if %s is a link out of the workspace',
    (link) => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
      vi.stubEnv('XDG_CACHE_HOME', mkdtempSync(join(tmpdir(), 'cache-')));
      rmSync(join(workspace, '.nx'), { recursive: true, force: true });
      mkdirSync(dirname(join(workspace, link)), { recursive: true });
      symlinkSync(elsewhere, join(workspace, link));
      writeWorkspaceState(workspace, format, { a: 1 });
      expect(readWorkspaceState(workspace, format)).toEqual({ a: 1 });
      expect(readdirSync(elsewhere)).toEqual([]);
      for (const made of [elsewhere, process.env.XDG_CACHE_HOME ?? elsewhere])
        rmSync(made, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  );

  it('is discarded if it cannot be written', () => {
    writeFileSync(join(workspace, '.nx'), 'a file');
    expect(() => {
      writeWorkspaceState(workspace, format, { a: 1 });
    }).not.toThrow();
  });
});

describe('workspaceDataFolder', () => {
  it.each([
    [{}, '/w/.nx/workspace-data/millwright'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: '/data' }, '/data/millwright'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: 'tmp/data' }, '/w/tmp/data/millwright'],
    [{ NX_PROJECT_GRAPH_CACHE_DIRECTORY: '/graph' }, '/graph/millwright'],
  ])('with %j is %s', (env, expected) => {
    expect(workspaceDataFolder('/w', env)).toBe(expected);
  });
});

it('the folder of task outputs is the same on each machine, whatever folder it keeps state in', () => {
  const unset = taskOutputFolder('slices', 'crates');
  vi.stubEnv('NX_WORKSPACE_DATA_DIRECTORY', '/data');
  expect(taskOutputFolder('slices', 'crates')).toBe(unset);
  expect(unset).toMatch(/^\.nx\/workspace-data\/millwright\/slices\/[0-9a-f]{12}$/);
  vi.unstubAllEnvs();
});
