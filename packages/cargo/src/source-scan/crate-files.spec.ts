import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
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
  [
    'no files of a target folder, whatever its name',
    { files: ['src/a.rs', 'out/CACHEDIR.TAG', 'out/release/b'], found: ['src/a.rs'] },
  ],
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
  [
    'no files behind a link to a folder around the repository',
    {
      files: ['a'],
      links: { root: '/', up: '../../..' },
      found: ['a'],
      leads: { root: '/', up: '../../..' },
    },
  ],
  [
    'no devices, sockets or FIFOs that links lead to',
    { files: ['a'], links: { zero: '/dev/zero' }, found: ['a'], leads: { zero: '/dev/zero' } },
  ],
  ['no link that leads nowhere', { links: { gone: 'elsewhere' }, found: [] }],
  ['no link that leads to itself', { links: { self: 'self' }, found: [] }],
])('lists the files of a crate with %s', (_, { files = [], links = {}, found, leads = {} }) => {
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
  const leadsTo = (target: string) =>
    target.startsWith('/') || target.startsWith('..')
      ? relative(realpathSync(repository), realpathSync(resolve(repository, 'crate', target)))
      : inCrate(target);
  expect(Object.fromEntries(listed.links)).toEqual(
    Object.fromEntries(Object.entries(leads).map(([path, target]) => [inCrate(path), leadsTo(target)])),
  );
});

it('lists folders that link to each other in linear time', () => {
  const names = Array.from({ length: 30 }, (_, index) => `f${index}`);
  for (const name of names) {
    mkdirSync(join(repository, 'crate', name), { recursive: true });
    writeFileSync(join(repository, 'crate', name, 'a.rs'), '');
    for (const other of names) {
      if (other !== name) symlinkSync(`../${other}`, join(repository, 'crate', name, other));
    }
  }
  const { files } = crateFiles(repository, 'crate');
  expect(new Set(files).size).toBe(files.length);
  for (const name of names) expect(files).toContain(`crate/${name}/a.rs`);
  expect(files.length).toBeLessThan(30 * 5);
});

it.runIf(existsSync('/proc/self/fd'))('omits links to targets without a path, such as pipes', () => {
  expect(() => crateFiles('/proc/self', 'fd')).not.toThrow();
});

it('lists a limited number of files outside the repository', () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  mkdirSync(join(repository, 'crate'));
  symlinkSync('/usr', join(repository, 'crate/usr'));
  expect(crateFiles(repository, 'crate').files.length).toBeLessThanOrEqual(20_000);
  expect(said.mock.calls.join()).toContain('crate links to too many files outside the repository');
  said.mockRestore();
});
