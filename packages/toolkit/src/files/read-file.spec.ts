import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isInAnyFolder, readHead, readRegularFile, scanRegularFile, streamRegularFile } from './read-file.js';
import { readText } from './read-text.js';

let folder: string;
const at = (path: string) => join(folder, path);
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'read-file-')));
  mkdirSync(at('inside'));
  mkdirSync(at('inside-too'));
  writeFileSync(at('inside/file'), 'text');
  writeFileSync(at('inside-too/file'), 'other');
  writeFileSync(at('empty'), '');
  execFileSync('mkfifo', [at('fifo')]);
  symlinkSync('/dev/zero', at('zero'));
  symlinkSync('/', at('root'));
  symlinkSync('loop', at('loop'));
  symlinkSync('../inside-too/file', at('inside/out'));
  symlinkSync('file', at('inside/link'));
  symlinkSync('nowhere', at('dangling'));
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 2 ** 40);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('readRegularFile', () => {
  it.each([
    ['inside/file', 'text'],
    ['inside/link', 'text'],
    ['inside/out', 'other'],
    ['empty', ''],
  ])('reads %s', (path, text) => {
    expect(readRegularFile(at(path)).bytes?.toString()).toBe(text);
  });

  it('reads files of /proc, which report a size of 0', () => {
    expect(readRegularFile('/proc/self/status').bytes?.toString()).toContain('Pid:');
    expect(readRegularFile('/proc/self/status', { limit: 10 }).failure?.kind).toBe('too large');
  });

  it.each([
    ['a FIFO', 'fifo', 'not regular'],
    ['a link to a device', 'zero', 'not regular'],
    ['a link to the root folder', 'root', 'folder'],
    ['a folder', 'inside', 'folder'],
    ['a link to itself', 'loop', 'unreadable'],
    ['a link to nothing', 'dangling', 'missing'],
    ['nothing', 'nothing', 'missing'],
    ['an invalid file name', 'a\0b', 'unreadable'],
    ['a sparse file of a terabyte', 'sparse', 'too large'],
  ] as const)('does not read %s, and does not block', (_, path, kind) => {
    expect(readRegularFile(at(path)).failure?.kind).toBe(kind);
  });

  it('rejects a file over the limit', () => {
    expect(readRegularFile(at('inside/file'), { limit: 4 }).bytes?.length).toBe(4);
    expect(readRegularFile(at('inside/file'), { limit: 3 }).failure?.why).toBe('it is larger than 3 B');
  });

  it('follows links only within the allowed folders', () => {
    const within = [at('inside')];
    expect(readRegularFile(at('inside/link'), { within }).bytes?.toString()).toBe('text');
    expect(readRegularFile(at('inside/out'), { within }).failure?.kind).toBe('outside');
    expect(readRegularFile(at('inside/../inside-too/file'), { within }).failure?.kind).toBe('outside');
  });
});

it('readHead reads only regular files', () => {
  const heads = ['inside/file', 'empty', 'fifo', 'zero', 'root', 'nothing'].map((path) =>
    readHead(at(path), 2)?.toString(),
  );
  expect(heads).toEqual(['te', '', undefined, undefined, undefined, undefined]);
});

it.each([
  ['/a', true],
  ['/a/b/c', true],
  ['/', false],
  ['/ab', false],
  ['/a/..b', true],
  ['/b/a', false],
])('isInAnyFolder(%s, /a) returns %s', (path, expected) => {
  expect(isInAnyFolder(path, ['/a'])).toBe(expected);
});

describe('readText', () => {
  it('warns once about a file that it does not read', () => {
    const warning = vi.spyOn(console, 'error').mockReturnValue();
    expect(readText(at('fifo'))).toBeUndefined();
    expect(readText(at('fifo'))).toBeUndefined();
    expect(readText(at('nothing'))).toBeUndefined();
    expect(warning.mock.calls).toEqual([
      [
        expect.stringContaining(
          `warning[FILE_IGNORED]: ${at('fifo')} was ignored\n  cause: it is not a regular file`,
        ),
      ],
    ]);
    warning.mockRestore();
  });

  it('returns undefined for a file without read permission', () => {
    writeFileSync(at('secret'), 'x');
    chmodSync(at('secret'), 0);
    expect(readText(at('secret'))).toBe(process.getuid?.() === 0 ? 'x' : undefined);
  });
});

describe.each([
  ['streamRegularFile', streamRegularFile],
  ['scanRegularFile', scanRegularFile],
])('%s', (_, chunksOf) => {
  it.each([0, 1, 9, 10, 11, 20, 25])(
    'gives the %d bytes of a file in order, all chunks but the last full',
    async (size) => {
      const bytes = Buffer.from(Array.from({ length: size }, (__, index) => index));
      writeFileSync(at('bytes'), bytes);
      const chunks: Buffer[] = [];
      for await (const chunk of chunksOf(at('bytes'), 10)) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks)).toEqual(bytes);
      expect(chunks.slice(0, -1).every(({ length }) => length === 10)).toBe(true);
    },
  );

  it.each(['fifo', 'zero', 'inside'])('refuses %s, without waiting', async (path) => {
    await expect(chunksOf(at(path), 10).next()).rejects.toThrow('is not a regular file');
  });

  it('closes the file where its reader stops early', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for await (const chunk of chunksOf(at('sparse'), 10)) if (chunk.length > 0) break;
    expect(open()).toBe(before);
  });
});

it('scanRegularFile holds two chunks in memory, whatever the size of the file', async () => {
  writeFileSync(at('bytes'), Buffer.alloc(1000));
  const memory = new Set<ArrayBufferLike>();
  for await (const { buffer } of scanRegularFile(at('bytes'), 10)) memory.add(buffer);
  expect(memory.size).toBeLessThanOrEqual(2);
});
