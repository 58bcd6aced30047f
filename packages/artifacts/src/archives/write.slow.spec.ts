import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileChunk } from './members.js';
import type { TarEntry } from './tar.js';
import { archiveFormats, tarSha256, writeArchive, writeTarGz } from './write.js';

/** 2026-03-29T01:30:00Z: in the hour that clocks in Berlin leave out. */
const time = 1_774_747_800;
let folder: string;

const at = (path: string) => join(folder, path);
const members = () => [
  { name: 'app-1/ü', source: at('text'), isExecutable: false },
  { name: 'app-1/app', source: at('app'), isExecutable: true },
  { name: `app-1/${'long'.repeat(40)}`, source: at('text'), isExecutable: false },
];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  writeFileSync(at('app'), Buffer.alloc(3_000_000, 'binary'));
  writeFileSync(at('text'), 'text');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['tar.gz', ['tar', '-xzf']],
  ['tar.zst', ['tar', '--zstd', '-xf']],
  ['zip', ['unzip', '-q']],
] as const)('writes a %s that the usual program unpacks, with modes and times', async (format, program) => {
  const { sha256, size } = await writeArchive(at('a'), members(), format, time);
  const bytes = readFileSync(at('a'));
  expect({ sha256, size }).toEqual({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
  });
  mkdirSync(at('out'));
  const [command, ...options] = program;
  execFileSync(command, [...options, at('a')], {
    cwd: at('out'),
    // unzip compares names in the locale's encoding.
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: format === 'zip' ? 'UTC' : 'Asia/Tokyo' },
  });
  expect(readdirSync(at('out/app-1')).sort()).toEqual(['app', 'long'.repeat(40), 'ü'].sort());
  expect(readFileSync(at('out/app-1/app'))).toEqual(readFileSync(at('app')));
  const { mode, mtimeMs } = statSync(at('out/app-1/app'));
  expect({ mode: mode & 0o777, seconds: mtimeMs / 1000 }).toEqual({ mode: 0o755, seconds: time });
  expect(statSync(at('out/app-1/ü')).mode & 0o777).toBe(0o644);
});

describe.each(archiveFormats)('%s', (format) => {
  it('is the same to the byte whatever the order, the time zone, and the modes and times on disk are', async () => {
    const zone = process.env.TZ;
    const digests = [];
    for (const TZ of ['UTC', 'Europe/Berlin', 'America/New_York']) {
      process.env.TZ = TZ;
      chmodSync(at('app'), TZ === 'UTC' ? 0o700 : 0o644);
      utimesSync(at('app'), digests.length, digests.length);
      const ordered = TZ === 'UTC' ? members() : members().reverse();
      digests.push((await writeArchive(at(TZ.replace('/', '-')), ordered, format, time)).sha256);
    }
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(new Set(digests).size).toBe(1);
  });

  it('fails if a file shrinks while it is read', async () => {
    const shrinking = [
      { name: 'first', source: at('app'), isExecutable: false },
      { name: 'second', source: at('text'), isExecutable: false },
    ];
    const written = writeArchive(at('a'), shrinking, format, time);
    truncateSync(at('text'), 1);
    await expect(written).rejects.toThrow();
  });

  it('fails if the archive exists, and leaves that as it is', async () => {
    await expect(writeArchive(at('text'), members(), format, time)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(at('text'), 'utf8')).toBe('text');
  });
});

it.each<[string, string, () => string, string]>([
  ['a file that does not exist', 'x', () => at('no'), 'does not exist'],
  [
    'a link',
    'x',
    () => {
      symlinkSync('text', at('link'));
      return at('link');
    },
    'is not a regular file',
  ],
  [
    'a path out of the archive',
    '../x',
    () => at('text'),
    'its name is not a relative path inside the folder',
  ],
  ['an absolute path', '/x', () => at('text'), 'its name is not a relative path inside the folder'],
  [
    'a name that differs in case only',
    'APP-1/APP',
    () => at('text'),
    'on macOS and Windows, its name is the same as',
  ],
  ['a decomposed name', 'app-1/u\u0308', () => at('text'), 'on macOS and Windows, its name is the same as'],
])('refuses %s, before anything is written', async (_, name, source, why) => {
  const refused = { name, source: source(), isExecutable: false };
  await expect(writeArchive(at('a'), [...members(), refused], 'zip', time)).rejects.toMatchObject({
    code: 'ARCHIVE_MEMBER_REFUSED',
    why: expect.stringContaining(why) as string,
  });
  expect(readdirSync(folder)).not.toContain('a');
});

const largeFile = (): TarEntry => ({
  name: 'app',
  mode: 0o755,
  content: { kind: 'file', source: at('app'), size: 30_000_000 },
});

it.each<[string, () => Promise<unknown>]>([
  ['a tar.gz', () => writeArchive(at('a'), members(), 'tar.gz', time)],
  ['a tar.zst', () => writeArchive(at('a'), members(), 'tar.zst', time)],
  ['the digest of a tar archive', () => tarSha256([largeFile()], time)],
])('holds at most 2 MiB of a file in memory for %s', async (_, write) => {
  truncateSync(at('app'), 30_000_000);
  const allocate = Buffer.allocUnsafe.bind(Buffer);
  const chunks: Buffer[] = [];
  let most = 0;
  const spy = vi.spyOn(Buffer, 'allocUnsafe').mockImplementation((size) => {
    const chunk = allocate(size);
    if (size === fileChunk) chunks.push(chunk);
    most = Math.max(most, chunks.filter(({ buffer }) => buffer.byteLength > 0).length);
    return chunk;
  });
  try {
    await write();
  } finally {
    spy.mockRestore();
  }
  expect(chunks.length).toBeGreaterThan(100);
  expect(most * fileChunk).toBeLessThanOrEqual(2 << 20);
});

it('writes folders, links, texts and owners, and tells the digest of the archive before its compression', async () => {
  const entries: TarEntry[] = [
    { name: 'data', mode: 0o750, content: { kind: 'folder' }, owner: { uid: 65_532, gid: 0 } },
    { name: 'high', mode: 0o755, content: { kind: 'folder' }, owner: { uid: 1_000_650_000, gid: 262_144 } },
    { name: 'data/app', mode: 0o755, content: { kind: 'file', source: at('app'), size: 3_000_000 } },
    { name: 'data/empty', mode: 0o600, content: { kind: 'text', text: '' } },
    { name: 'data/latest', mode: 0o777, content: { kind: 'link', target: 'app' } },
  ];
  const written = await writeTarGz(at('a'), entries, 0);
  const bytes = readFileSync(at('a'));
  const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  expect(written).toEqual({
    sha256: sha256(bytes),
    size: bytes.length,
    uncompressedSha256: sha256(gunzipSync(bytes)),
  });
  expect(await tarSha256(entries, 0)).toBe(written.uncompressedSha256);
  const listed = execFileSync('tar', ['-tvzf', at('a')], {
    encoding: 'utf8',
    // unzip compares names in the locale's encoding.
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  });
  expect(listed.trim().split('\n')).toEqual([
    expect.stringMatching(/^drwxr-x--- 65532\/0 +0 1970-01-01 00:00 data\/?$/),
    expect.stringMatching(/^drwxr-xr-x 1000650000\/262144 +0 1970-01-01 00:00 high\/?$/),
    expect.stringMatching(/^-rwxr-xr-x 0\/0 +3000000 1970-01-01 00:00 data\/app$/),
    expect.stringMatching(/^-rw------- 0\/0 +0 1970-01-01 00:00 data\/empty$/),
    expect.stringMatching(/^lrwxrwxrwx 0\/0 +0 1970-01-01 00:00 data\/latest -> app$/),
  ]);
});
