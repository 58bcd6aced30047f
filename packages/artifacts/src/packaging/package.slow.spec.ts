import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSourceDateEpoch } from './archive-time.js';
import { documentsOf } from './documents.js';
import { archiveNameOf, packageArtifacts } from './package.js';

let root: string;

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, GIT_COMMITTER_DATE: '2026-05-01T12:00:00Z' },
  }).trim();
const request = {
  projectRoot: 'crates/app',
  artifacts: ['artifacts/linux/amd64/app', 'artifacts/windows/amd64/app.exe'],
  outputPath: 'artifacts/archives/app',
  format: 'tar.gz',
  files: ['docs/manual.txt'],
} as const;
const pack = (changes: object = {}) => packageArtifacts({ ...request, workspaceRoot: root, ...changes });
const output = (name: string) => join(root, request.outputPath, name);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'package-'));
  write('LICENSE', 'licence');
  write('README.md', 'of the workspace');
  write('crates/app/README.md', 'of the crate');
  write('docs/manual.txt', 'manual');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'a');
  const record = JSON.stringify({ version: '1.2.3', revision: `${git('rev-parse', 'HEAD')}-dirty` });
  for (const artifact of request.artifacts) {
    write(artifact, 'binary');
    write(`${artifact}.version`, record);
  }
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('packaging artifacts', () => {
  it('writes an archive for each platform with documents, and checksum files that sha256sum accepts', async () => {
    await pack();
    const archives = ['app-1.2.3-linux-amd64.tar.gz', 'app-1.2.3-windows-amd64.zip'];
    expect(readdirSync(output('')).sort()).toEqual(
      ['SHA256SUMS', ...archives, ...archives.map((name) => `${name}.sha256`)].sort(),
    );
    for (const list of ['SHA256SUMS', ...archives.map((name) => `${name}.sha256`)])
      execFileSync('sha256sum', ['--check', '--strict', list], { cwd: output('') });
    const listed = execFileSync('tar', ['-tvzf', output(archives[0] ?? '')], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    expect(listed.trim().split('\n')).toEqual([
      expect.stringMatching(/^-rw-r--r-- 0\/0 +7 2026-05-01 12:00 app-1\.2\.3-linux-amd64\/LICENSE$/),
      expect.stringMatching(/^-rw-r--r-- 0\/0 +12 .* app-1\.2\.3-linux-amd64\/README\.md$/),
      expect.stringMatching(/^-rwxr-xr-x 0\/0 +6 .* app-1\.2\.3-linux-amd64\/app$/),
      expect.stringMatching(/^-rw-r--r-- 0\/0 +6 .* app-1\.2\.3-linux-amd64\/manual\.txt$/),
    ]);
  });

  it('gives the same bytes when it is repeated, and removes archives of other versions', async () => {
    const before = await pack({ releaseVersion: '1.0.0' });
    writeFileSync(output('notes.txt'), 'of the user');
    writeFileSync(output('app-1.0.0-linux-amd64.tar.gz.minisig'), 'signature');
    writeFileSync(output('app-1.0.0-linux-amd64.tar.gz.sigstore.json'), 'bundle');
    const first = await pack();
    expect(await pack()).toEqual(first);
    expect(readdirSync(output('')).filter((name) => name.includes('1.0.0'))).toEqual([]);
    expect(before).toHaveLength(2);
    expect(existsSync(output('notes.txt'))).toBe(true);
  });

  it('keeps the earlier archives if one of the new ones cannot be written', async () => {
    await pack();
    const before = readdirSync(output('')).map((name) => readFileSync(output(name)));
    write('artifacts/linux/amd64/app', 'other');
    await expect(pack({ files: ['docs/no.txt'] })).rejects.toMatchObject({ code: 'ARCHIVE_MEMBER_REFUSED' });
    expect(readdirSync(output('')).map((name) => readFileSync(output(name)))).toEqual(before);
  });

  it('takes no file from outside the workspace', async () => {
    await expect(pack({ files: ['../etc/passwd'] })).rejects.toMatchObject({
      code: 'PATH_OUTSIDE_WORKSPACE',
    });
  });
});

it.each([
  ['artifacts/linux/amd64/app', 'app-linux-amd64.tar.gz'],
  ['artifacts/linux/amd64-musl/app', 'app-linux-amd64-musl.tar.gz'],
  ['artifacts/linux/arm/v7/app', 'app-linux-arm-v7.tar.gz'],
  ['artifacts/linux/amd64/project/app', 'app-linux-amd64.tar.gz'],
  ['artifacts/darwin/arm64/libapp.dylib', 'libapp.dylib-darwin-arm64.tar.gz'],
  ['artifacts/windows/amd64/app.exe', 'app-windows-amd64.zip'],
  ['artifacts/wasm32-wasip1/app.wasm', 'app-wasm32-wasip1.tar.gz'],
])('packages %s as %s', (artifact, name) => {
  expect(archiveNameOf(artifact, { workspaceRoot: '/nowhere', format: 'tar.gz' }).name).toBe(name);
});

it('takes all licences of the nearest folder that has one, and no source code', () => {
  write('crates/COPYING', '');
  write('crates/LICENSE-MIT.txt', '');
  write('crates/app/license.rs', '');
  write('crates/app/readme_test.go', '');
  write('crates/app/Changelog.md', '');
  expect(documentsOf(root, 'crates/app')).toEqual([
    'crates/COPYING',
    'crates/LICENSE-MIT.txt',
    'crates/app/Changelog.md',
    'crates/app/README.md',
  ]);
});

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.skipIf(!canMount && process.env.CI === undefined)(
  'on a file system of its own (needs the right to mount)',
  () => {
    const mount = (options: string) =>
      spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', output('')]).status;
    const files = () => readdirSync(output('')).map((name) => [name, readFileSync(output(name), 'latin1')]);

    beforeEach(() => {
      mkdirSync(output(''), { recursive: true });
      expect(mount('size=64k')).toBe(0);
    });
    afterEach(() => {
      spawnSync('umount', [output('')]);
    });

    it.each([
      ['a full disk', 'remount,size=64k', 'ARTIFACTS_DISK_FULL'],
      ['a read-only folder', 'remount,ro', 'ARTIFACTS_NOT_WRITABLE'],
    ])('explains %s, and keeps the earlier archives', async (_, options, code) => {
      await pack();
      const before = files();
      writeFileSync(join(root, 'artifacts/linux/amd64/app'), randomBytes(100_000));
      expect(mount(options)).toBe(0);
      await expect(pack()).rejects.toMatchObject({ code });
      expect(files()).toEqual(before);
    });
  },
);

it.each([
  ['', undefined],
  ['0', 315_532_800],
  ['1700000000', 1_700_000_000],
])('reads SOURCE_DATE_EPOCH %j', (value, seconds) => {
  expect(parseSourceDateEpoch(value)).toBe(seconds);
});

it.each(['yesterday', '-1', '1.5', '99999999999'])('refuses SOURCE_DATE_EPOCH %j', (value) => {
  expect(() => parseSourceDateEpoch(value)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});
