import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DigestCache } from './digest-cache.js';

let folder: string;
const at = (path: string) => join(folder, path);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'digests-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const cache = () => new DigestCache(at('cache/digests.json'));

it('reuses a digest until the file changes', async () => {
  writeFileSync(at('file'), 'one');
  const first = cache();
  expect(await first.digest(at('file'))).toBe(sha256('one'));
  first.save();
  expect(await cache().digest(at('file'))).toBe(sha256('one'));
  writeFileSync(at('file'), 'two, which is longer');
  expect(await cache().digest(at('file'))).toBe(sha256('two, which is longer'));
});

it('forgets files and folders that are gone, and keeps those that another run used', async () => {
  mkdirSync(at('folder'));
  mkdirSync(at('kept-folder'));
  for (const name of ['gone', 'kept', 'new']) writeFileSync(at(name), name);
  const first = cache();
  for (const name of ['gone', 'kept']) await first.digest(at(name));
  for (const name of ['folder', 'kept-folder']) await first.digestFolder(at(name));
  first.save();
  for (const name of ['gone', 'folder']) rmSync(at(name), { recursive: true });
  const second = cache();
  await second.digest(at('new'));
  second.save();
  const { data } = JSON.parse(readFileSync(at('cache/digests.json'), 'utf8')) as { data: object };
  expect(Object.keys(data)).toEqual([at('kept'), `${at('kept-folder')}/`, at('new')]);
});

it('reads large files in chunks', async () => {
  const text = 'x'.repeat(3 << 20);
  writeFileSync(at('large'), text);
  expect(await cache().digest(at('large'))).toBe(sha256(text));
});

describe('files that cannot be read, or not in reasonable time', () => {
  it.each([
    ['a FIFO', () => execFileSync('mkfifo', [at('one')])],
    [
      'a device',
      () => {
        symlinkSync('/dev/zero', at('one'));
      },
    ],
    [
      'the root folder',
      () => {
        symlinkSync('/', at('one'));
      },
    ],
    [
      'a folder',
      () => {
        mkdirSync(at('one'));
      },
    ],
    [
      'a link to itself',
      () => {
        symlinkSync('one', at('one'));
      },
    ],
    ['nothing', () => undefined],
  ])('returns no digest for %s', async (_, make) => {
    make();
    expect(await cache().digest(at('one'))).toBeUndefined();
  });

  it('uses size and times for a huge sparse file', async () => {
    const warning = vi.spyOn(console, 'error').mockReturnValue();
    writeFileSync(at('sparse'), '');
    truncateSync(at('sparse'), 2 ** 40);
    const before = await cache().digest(at('sparse'));
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    truncateSync(at('sparse'), 2 ** 40 + 1);
    expect(await cache().digest(at('sparse'))).not.toBe(before);
    expect(warning.mock.calls.join()).toContain(`the content of ${at('sparse')} is too large to be hashed`);
  });
});

describe('digestFolder', () => {
  it('changes with names and contents, but not with excluded files', async () => {
    mkdirSync(at('tree/a/b'), { recursive: true });
    writeFileSync(at('tree/a/b/c'), 'one');
    const digest = () => cache().digestFolder(at('tree'), ['left']);
    const first = await digest();
    mkdirSync(at('tree/left'));
    writeFileSync(at('tree/left/x'), '');
    expect(await digest()).toBe(first);
    writeFileSync(at('tree/a/b/c'), 'other');
    const second = await digest();
    expect(second).not.toBe(first);
    writeFileSync(at('tree/d'), '');
    expect(await digest()).not.toBe(second);
  });

  it('ignores special files without blocking', async () => {
    mkdirSync(at('tree'));
    const first = await cache().digestFolder(at('tree'));
    execFileSync('mkfifo', [at('tree/fifo')]);
    symlinkSync('/dev/zero', at('tree/zero'));
    symlinkSync('/', at('tree/root'));
    expect(await cache().digestFolder(at('tree'))).toBe(first);
  });

  it('does not scan a whole file system', async () => {
    const warning = vi.spyOn(console, 'error').mockReturnValue();
    const digest = await cache().digestFolder('/');
    expect(digest).toBe(await cache().digestFolder(at('nothing')));
    expect(warning.mock.calls.join()).toContain(
      'the folder / has too many files to be hashed\n  cause: the folder has more than 100000 files',
    );
  });
});
