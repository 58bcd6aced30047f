import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { crateFiles } from './crate-files.js';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'millwright-files-'));
});
afterEach(() => {
  rmSync(repository, { recursive: true });
});

interface Case {
  readonly files?: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
  readonly found: readonly string[];
  readonly leads?: Readonly<Record<string, string>>;
}

it.each<[string, Case]>([
  ['files at any depth', { files: ['src/a.rs', 'src/b/c.rs'], found: ['src/a.rs', 'src/b/c.rs'] }],
  ['no files of crates within', { files: ['src/a.rs', 'in/Cargo.toml', 'in/b.rs'], found: ['src/a.rs'] }],
  ['no files that tools leave', { files: ['src/a.rs', 'target/b', '.git/c'], found: ['src/a.rs'] }],
  [
    'a link to a file',
    { files: ['a.txt'], links: { 'b.txt': 'a.txt' }, found: ['a.txt', 'b.txt'], leads: { 'b.txt': 'a.txt' } },
  ],
  [
    'files behind a link to a folder',
    { files: ['one/a'], links: { two: 'one' }, found: ['one/a', 'two/a'], leads: { two: 'one' } },
  ],
  [
    'a link to a folder that it stands in, followed once',
    {
      files: ['one/a'],
      links: { 'one/up': '.' },
      found: ['one/a', 'one/up/a'],
      leads: { 'one/up': 'one', 'one/up/up': 'one' },
    },
  ],
  ['no link that leads nowhere', { links: { gone: 'elsewhere' }, found: [] }],
  ['no link that leads to itself', { links: { self: 'self' }, found: [] }],
])('a crate has %s', (_, { files = [], links = {}, found, leads = {} }) => {
  const place = (path: string) => {
    const absolute = join(repository, 'crate', path);
    mkdirSync(dirname(absolute), { recursive: true });
    return absolute;
  };
  for (const path of files) writeFileSync(place(path), '');
  for (const [path, target] of Object.entries(links)) symlinkSync(target, place(path));
  const inCrate = (path: string) => `crate/${path}`;
  const listed = crateFiles(repository, 'crate');
  expect([...listed.files].sort()).toEqual(found.map(inCrate));
  expect(Object.fromEntries(listed.links)).toEqual(
    Object.fromEntries(Object.entries(leads).map(([path, target]) => [inCrate(path), inCrate(target)])),
  );
});
