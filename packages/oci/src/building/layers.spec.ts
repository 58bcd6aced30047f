import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { additionsOf } from './layers.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'additions-'));
  mkdirSync(join(root, 'conf'));
  for (const name of ['app', 'conf/app.yaml']) writeFileSync(join(root, name), 'text');
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const settings = { files: [], user: undefined, workingDirectory: undefined, volumes: [] };

/** Returns the entries on top of a base with some folders: names, with the owner if there is one. */
function entries(folders: readonly string[], changes: Partial<Parameters<typeof additionsOf>[0]>) {
  const base = { users: { passwd: '', group: '' }, folders, links: [] };
  const { layers } = additionsOf({ ...settings, ...changes }, [{ path: 'app' }], base, root);
  return layers.flatMap((layer) =>
    layer.entries.map(({ name, owner }) =>
      owner === undefined ? name : `${name} ${owner.uid}:${owner.gid}`,
    ),
  );
}

it('adds the folders that the base has no entry for, because engines make them unreadable', () => {
  const all = ['usr', 'usr/local', 'usr/local/bin', 'usr/local/bin/app'];
  expect(entries([], {})).toEqual(all);
  expect(entries(['usr'], {})).toEqual(all.slice(1));
});

it('leaves the folders of the base as they are, apart from those for data', () => {
  const folders = ['tmp', 'usr', 'usr/local', 'usr/local/bin', 'srv', 'srv/data', 'etc', 'etc/app'];
  const binary = 'usr/local/bin/app';
  const files = [{ source: 'conf', path: '/etc/app' }];
  expect(entries(folders, { files })).toEqual(['etc/app/app.yaml', binary]);
  const volumes = ['/srv/data', '/tmp'];
  expect(entries(folders, { volumes })).toEqual([binary]);
  expect(entries(folders, { volumes, user: '1000:2000' })).toEqual(['srv/data 1000:2000', binary]);
});
