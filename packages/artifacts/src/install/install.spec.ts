import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '../archives/write.js';
import { signFolder } from '../release/sign.js';
import { generateKey } from '../signing/keys.js';
import { signerFor } from '../signing/signer.js';
import { createRotation, parseRotation } from '../signing/rotation.js';
import { createSignature, signedBytesOf } from '../signing/signatures.js';
import { install, type InstallRequest } from './install.js';

const key = generateKey();
const other = generateKey();
let root: string;
const at = (path: string) => join(root, path);
const archive = 'app-1.2.3-linux-amd64.tar.gz';

async function pack(name: string, content: string, format: 'tar.gz' | 'zip' = 'tar.gz') {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at('program'), content);
  rmSync(at(name), { force: true });
  const members = [{ name: 'app-1.2.3/app', source: at('program'), isExecutable: true }];
  await writeArchive(at(name), members, format, 1_700_000_000);
}

const run = (changes: Partial<InstallRequest> = {}) =>
  install({
    source: at('dist'),
    platform: 'linux/amd64',
    cache: at('cache'),
    lockFile: at('lock.json'),
    trusted: [key.publicKey],
    revoked: [],
    rotations: [],
    ...changes,
  });

/** Everything below a folder. */
const all = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'install-'));
  await pack(`dist/${archive}`, 'program');
  await pack('dist/app-1.2.3-windows-amd64.zip', 'windows', 'zip');
  await signFolder(at('dist'), signerFor(key, 'app 1.2.3'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('installing', () => {
  it.each([
    ['a folder', 'dist'],
    ['an archive', `dist/${archive}`],
  ])('%s unpacks what is for the platform, and notes it in the lock file', async (_, source) => {
    const installed = await run({ source: at(source) });
    expect(installed).toMatchObject({ name: 'app', version: '1.2.3', programs: ['app-1.2.3/app'] });
    expect(readFileSync(join(installed.folder, 'app-1.2.3/app'), 'utf8')).toBe('program');
    expect(JSON.parse(readFileSync(at('lock.json'), 'utf8'))).toMatchObject({
      components: { app: { version: '1.2.3', platforms: { 'linux/amd64': installed.sha256 } } },
    });
    const windows = await run({ platform: 'windows/amd64', trusted: [] });
    expect(readFileSync(join(windows.folder, 'app-1.2.3/app'), 'utf8')).toBe('windows');
    expect(
      Object.keys(
        (JSON.parse(readFileSync(at('lock.json'), 'utf8')) as { components: { app: { platforms: object } } })
          .components.app.platforms,
      ),
    ).toEqual(['linux/amd64', 'windows/amd64']);
  });

  it('takes a program from the folder `binaries` of a component', async () => {
    mkdirSync(at('component/binaries'), { recursive: true });
    writeFileSync(at('component/binaries/tool-linux-arm64'), 'tool');
    await signFolder(at('component'), signerFor(key, 'tool'));
    const { folder, programs } = await run({ source: at('component'), platform: 'linux/arm64' });
    expect(readFileSync(join(folder, programs[0] ?? ''), 'utf8')).toBe('tool');
  });

  it('accepts an archive with a signature of its own, without a checksum file', async () => {
    rmSync(at('dist/SHA256SUMS'));
    writeFileSync(
      at(`dist/${archive}.minisig`),
      createSignature(key, await signedBytesOf(at(`dist/${archive}`), true), ''),
    );
    expect((await run()).signer).toEqual(key.publicKey);
  });

  it.each([
    ['checksums.txt', '.minisig'],
    ['app_1.2.3_checksums.txt', '.sig'],
    ['sha256.sum', '.minisig'],
  ])('accepts an archive that %s of another program lists', async (name, ending) => {
    renameSync(at('dist/SHA256SUMS'), at(`dist/${name}`));
    renameSync(at('dist/SHA256SUMS.minisig'), at(`dist/${name}${ending}`));
    expect((await run()).signer).toEqual(key.publicKey);
    writeFileSync(at('dist/other_checksums.txt'), `${'0'.repeat(64)}  ${archive}\n`);
    await expect(run()).rejects.toMatchObject({
      code: 'INSTALL_NOT_VERIFIED',
      why: `${name} and other_checksums.txt contain different checksums of it`,
    });
  });

  it('gives the same folder when it is repeated, and leaves nothing else', async () => {
    const { folder } = await run();
    const before = all(at('cache'));
    expect((await run({ trusted: [] })).folder).toBe(folder);
    expect(all(at('cache'))).toEqual(before);
  });
});

it('notes components that are installed at the same time', async () => {
  await pack('dist/tool-1.0.0-linux-amd64.tar.gz', 'tool');
  await signFolder(at('dist'), signerFor(key, ''));
  await Promise.all(['app', 'tool'].map((name) => run({ name })));
  const { components } = JSON.parse(readFileSync(at('lock.json'), 'utf8')) as { components: object };
  expect(Object.keys(components)).toEqual(['app', 'tool']);
});

it.each([
  ['nothing behind at the first installation', false],
  ['what was installed before', true],
])('leaves %s if the lock file cannot be written', async (_, isInstalled) => {
  if (isInstalled) await run();
  const before = all(at('cache'));
  writeFileSync(at('file'), '');
  await expect(run({ lockFile: at('file/lock.json') })).rejects.toMatchObject({
    what: expect.stringContaining(at('file/lock.json')) as string,
  });
  expect(all(at('cache')).filter((path) => path !== 'app')).toEqual(before.filter((path) => path !== 'app'));
});

describe('refuses, and leaves neither files nor a lock file behind:', () => {
  it.each<[title: string, code: string, change: () => unknown, request?: () => Partial<InstallRequest>]>([
    ['a wrong key', 'INSTALL_NOT_VERIFIED', () => undefined, () => ({ trusted: [other.publicKey] })],
    ['a revoked key', 'INSTALL_NOT_VERIFIED', () => undefined, () => ({ revoked: [key.publicKey] })],
    ['no key at all', 'INSTALL_SIGNER_UNKNOWN', () => undefined, () => ({ trusted: [] })],
    ['another archive', 'INSTALL_NOT_VERIFIED', () => pack(`dist/${archive}`, 'evil')],
    [
      'a truncated archive',
      'INSTALL_NOT_VERIFIED',
      () => {
        writeFileSync(at(`dist/${archive}`), readFileSync(at(`dist/${archive}`)).subarray(0, 100));
      },
    ],
    [
      'no signature',
      'INSTALL_NOT_VERIFIED',
      () => {
        rmSync(at('dist/SHA256SUMS.minisig'));
      },
    ],
    [
      'a signature over other content',
      'INSTALL_NOT_VERIFIED',
      () => {
        writeFileSync(at('dist/SHA256SUMS'), readFileSync(at('dist/SHA256SUMS'), 'utf8').replace(/^./, 'f'));
      },
    ],
    [
      'a malformed checksum file',
      'INSTALL_NOT_VERIFIED',
      () => {
        writeFileSync(at('dist/SHA256SUMS'), 'x');
      },
    ],
    [
      'an archive that is not listed',
      'INSTALL_NOT_VERIFIED',
      async () => {
        rmSync(at(`dist/${archive}`));
        await pack('dist/app-9.0.0-linux-amd64.tar.gz', 'evil');
      },
    ],
    ['another platform', 'INSTALL_NOTHING_FITS', () => undefined, () => ({ platform: 'linux/arm64' })],
    ['two components', 'INSTALL_NOTHING_FITS', () => pack('dist/tool-1.0.0-linux-amd64.tar.gz', 'tool')],
    ['a folder that does not exist', 'INSTALL_NOTHING_FITS', () => undefined, () => ({ source: at('no') })],
    [
      'a signed archive that is hostile',
      'ARCHIVE_REFUSED',
      () => {
        writeFileSync(at(`dist/${archive}`), 'no archive');
        return signFolder(at('dist'), signerFor(key, ''));
      },
    ],
  ])('%s', async (_, code, change, request) => {
    await change();
    await expect(run(request?.())).rejects.toMatchObject({ code });
    expect(all(at('cache')).filter((path) => path !== 'app')).toEqual([]);
    expect(existsSync(at('lock.json'))).toBe(false);
  });

  it('a lock file that is corrupt, which is kept', async () => {
    writeFileSync(at('lock.json'), '{}');
    await expect(run()).rejects.toMatchObject({ code: 'INSTALL_LOCK_INVALID' });
    expect(readFileSync(at('lock.json'), 'utf8')).toBe('{}');
  });

  it('a signer that changed, even if its key is given, unless the old key signed a statement', async () => {
    await run();
    await signFolder(at('dist'), signerFor(other, 'app 1.2.3'));
    await expect(run({ trusted: [other.publicKey] })).rejects.toMatchObject({
      code: 'INSTALL_SIGNER_CHANGED',
    });
    const forged = parseRotation(createRotation(other, other.publicKey), 'forged');
    await expect(run({ rotations: [forged] })).rejects.toMatchObject({ code: 'INSTALL_SIGNER_CHANGED' });
    const rotation = parseRotation(createRotation(key, other.publicKey), 'rotation');
    await expect(run({ rotations: [rotation], revoked: [key.publicKey] })).rejects.toMatchObject({
      code: 'INSTALL_SIGNER_CHANGED',
    });
    expect((await run({ rotations: [rotation] })).signer).toEqual(other.publicKey);
    expect((await run({ trusted: [] })).signer).toEqual(other.publicKey);
  });

  it('an archive that somebody exchanges while it is installed', async () => {
    await pack('evil', 'evil');
    const [path, aside] = [at(`dist/${archive}`), at('aside')];
    const [evil, good] = [readFileSync(at('evil')), readFileSync(path)];
    const outcomes = new Set<string>();
    for (let index = 0; index < 20; index++) {
      const installing = run().then(
        ({ folder }) => readFileSync(join(folder, 'app-1.2.3/app'), 'utf8'),
        (error: unknown) => (error as { readonly code: string }).code,
      );
      for (let delay = index % 5; delay >= 0; delay--) await new Promise((done) => setImmediate(done));
      writeFileSync(aside, evil);
      renameSync(aside, path);
      outcomes.add(await installing);
      writeFileSync(path, good);
    }
    expect([...outcomes].filter((outcome) => !['program', 'INSTALL_NOT_VERIFIED'].includes(outcome))).toEqual(
      [],
    );
  });
});

/** A file system of its own below the test's folder; needs root. */
function mount(folder: string, options: string): boolean {
  mkdirSync(at(folder));
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', at(folder)]).status === 0;
}
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.skipIf(!canMount && process.env.CI === undefined)(
  'on a file system of its own (needs the right to mount)',
  () => {
    it.each([
      ['a full disk', 'size=16k', 'ARTIFACTS_DISK_FULL'],
      ['a read-only folder', 'ro', 'ARTIFACTS_NOT_WRITABLE'],
    ])('explains %s, and leaves nothing behind', async (_, options, code) => {
      await pack(`dist/${archive}`, Array.from({ length: 20_000 }, (_, index) => index * 7919).join(' '));
      await signFolder(at('dist'), signerFor(key, ''));
      expect(mount('small', options)).toBe(true);
      try {
        await expect(run({ cache: at('small/cache') })).rejects.toMatchObject({ code });
        expect(all(at('small')).filter((path) => !['cache', 'cache/app'].includes(path))).toEqual([]);
        expect(existsSync(at('lock.json'))).toBe(false);
      } finally {
        spawnSync('umount', [at('small')]);
      }
    });
  },
);
