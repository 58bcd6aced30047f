import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StackModel } from '../../compose-cli/model.js';
import { readStackFiles, mountedFiles } from './stack-files.js';
import { Queue, quietMilliseconds } from './queue.js';
import { differences } from './reconcile.js';
import { Stamps } from './stamps.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-watch-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('Stamps', () => {
  it('detects changed content, and added and removed files, but no other change', () => {
    const folder = folderOf({ a: 'one', b: 'one' });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name));
    if (!a || !b || !c) throw new Error('three');
    const stamps = new Stamps([a, b, c]);
    expect(stamps.takeChangedFiles()).toEqual([]);
    utimesSync(a, 1, 1);
    expect(stamps.takeChangedFiles()).toEqual([]);
    writeFileSync(a, 'two');
    renameSync(b, c);
    expect(stamps.takeChangedFiles()).toEqual([a, b, c]);
    expect(stamps.takeChangedFiles()).toEqual([]);
  });

  it('keeps the stamp of a file that stays in the list', () => {
    const folder = folderOf({ a: 'one', b: 'one' });
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    const stamps = new Stamps([a]);
    writeFileSync(a, 'two');
    writeFileSync(b, 'two');
    stamps.follow([a, b]);
    expect(stamps.takeChangedFiles()).toEqual([a]);
  });
});

describe('Queue', () => {
  it('handles simultaneous changes together, and changes during a run in a second run', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const afterQuiet = () => vi.advanceTimersByTimeAsync(quietMilliseconds * 2);
    const begun: (() => void)[] = [];
    const queue = new Queue(() => new Promise((finish) => begun.push(finish)));
    queue.changed();
    queue.changed();
    await afterQuiet();
    expect(begun).toHaveLength(1);
    queue.changed();
    await afterQuiet();
    expect(begun, 'while the first run is in progress').toHaveLength(1);
    begun[0]?.();
    await afterQuiet();
    expect(begun).toHaveLength(2);
    begun[1]?.();
    await queue.close();
    queue.changed();
    await afterQuiet();
    expect(begun, 'after the end').toHaveLength(2);
  });
});

describe('readStackFiles', () => {
  it('lists all files that define a stack, including missing ones', () => {
    const folder = folderOf({
      'stack/compose.yaml':
        'include: [../db/db.yaml]\nx-millwright: { mounts: [{ project: mill, services: [a], path: /m }] }\nservices: { a: { image: x, env_file: a.env } }\n',
      'stack/compose.override.yaml': 'services: { a: { extends: { file: base.yaml, service: b } } }\n',
      'stack/base.yaml': 'services: { b: { image: x } }\n',
      'db/db.yaml': 'services: { db: { image: x, env_file: [db.env] } }\n',
    });
    const files = ['compose.yaml', 'compose.override.yaml'].map((file) => join(folder, 'stack', file));
    const subject = { ...{ files, folder, envFiles: [], profiles: [], projectName: 'stack' } };
    const stackFiles = readStackFiles({ workspaceRoot: folder, compose: { subject } });
    const expected = [
      ...['compose.yaml', 'compose.override.yaml', 'base.yaml', 'a.env', '.env'].map(
        (file) => `stack/${file}`,
      ),
      ...['db/db.yaml', 'db/db.env', 'db/.env'],
    ];
    expect([...stackFiles.files].sort()).toEqual(expected.map((path) => join(folder, path)).sort());
    expect(stackFiles.mounts).toMatchObject([
      { project: 'mill', services: ['a'], path: '/m', libraries: [] },
    ]);
  });
});

it('mountedFiles returns files of the workspace that are mounted read-only and not built', () => {
  const folder = folderOf({ 'a.cfg': '', 'log.txt': '', 'folder/x': '', key: '', 'artifacts/mill': '' });
  const at = (path: string) => join(folder, path);
  const bind = (source: string, readOnly = true) => ({
    type: 'bind',
    source,
    target: '/x',
    read_only: readOnly,
  });
  const volumes = [
    ...[at('a.cfg'), at('folder'), at('artifacts/mill'), at('nowhere'), '/etc/hostname'].map((path) =>
      bind(path),
    ),
    bind(at('log.txt'), false),
  ];
  const built = {
    service: 'a',
    source: at('artifacts/mill'),
    path: '/x',
    kind: 'program',
    builtBy: undefined,
  } as const;
  const wholeModel: StackModel = {
    name: 'stack',
    services: { a: { volumes, secrets: [{ source: 'key' }] }, b: { configs: [{ source: 'meal' }] } },
    secrets: { key: { file: at('key') } },
    configs: { meal: { file: at('a.cfg') } },
  };
  expect(mountedFiles({ workspaceRoot: folder, bindings: [built], wholeModel })).toEqual([
    { service: 'a', source: at('a.cfg') },
    { service: 'a', source: at('key') },
    { service: 'b', source: at('a.cfg') },
  ]);
});

it('differences returns the restarted and the removed services', () => {
  const container = (service: string, id: string, startedAt: string) => ({ service, id, startedAt });
  const before = [container('a', '1', 'x'), container('b', '2', 'x'), container('c', '3', 'x')];
  const after = [container('a', '1', 'x'), container('b', '2', 'y'), container('d', '4', 'x')];
  expect(differences(before, after)).toEqual({ renewed: ['b', 'd'], removed: ['c'] });
  expect(differences(after, after)).toEqual({ renewed: [], removed: [] });
});
