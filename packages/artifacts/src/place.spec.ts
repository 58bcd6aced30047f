import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChecksums, refreshChecksums } from './checksums.js';
import { installFile, placeArtifact } from './place.js';
import { verifyArtifacts } from './verify.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-place-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string) => join(folder, path);
const built = (name: string, text = name) => {
  writeFileSync(at(name), text);
  return at(name);
};
const place = (name: string, text = name) =>
  placeArtifact({
    source: built(`built-${name}`, text),
    destination: at(`artifacts/linux/amd64/${name}`),
    version: { b: 1, a: 2 },
  });

describe('placing an artifact', () => {
  it('makes it runnable, with a checksum that sha256sum accepts and a sorted version file', async () => {
    const placed = await place('server');
    expect(placed.size).toBe(6);
    expect(statSync(placed.path).mode & 0o777).toBe(0o755);
    const said = execFileSync('sha256sum', ['-c', 'server.sha256'], {
      cwd: at('artifacts/linux/amd64'),
      encoding: 'utf8',
    });
    expect(said).toBe('server: OK\n');
    expect(readFileSync(`${placed.path}.version`, 'utf8')).toBe('{\n  "a": 2,\n  "b": 1\n}\n');
    expect(readdirSync(at('artifacts/linux/amd64'))).toEqual(['server', 'server.sha256', 'server.version']);
  });

  it('leaves a file with the same bytes alone, and replaces one that lost its run bit', async () => {
    const { path } = await place('server');
    utimesSync(path, 1, 1);
    await place('server');
    expect(statSync(path).mtimeMs).toBe(1000);
    chmodSync(path, 0o644);
    await place('server');
    expect(statSync(path).mode & 0o777).toBe(0o755);
  });

  it.each([
    [
      'a source that is missing',
      'ARTIFACTS_SOURCE_MISSING',
      () => installFile(at('nothing'), at('artifacts/x')),
    ],
    ['a folder in its place', 'ARTIFACTS_DESTINATION_IS_FOLDER', () => installFile(built('x'), at('folder'))],
    ['a file above its place', 'ARTIFACTS_NOT_WRITABLE', () => installFile(built('x'), at('file/x'))],
  ])('%s is %s, and nothing is left', async (_, code, action) => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), 'kept');
    await expect(action()).rejects.toMatchObject({ code });
    expect(readFileSync(at('file'), 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('a full disk keeps what stood there', async () => {
    // A tmpfs of one page stands for a full disk; without the right to mount there is nothing to show.
    mkdirSync(at('full'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', at('full')], { stdio: 'ignore' });
    } catch {
      if (process.env.CI) throw new Error('mount is needed in CI');
      return;
    }
    try {
      await installFile(built('small', 'old'), at('full/x'));
      const big = built('big', 'x'.repeat(200_000));
      await expect(installFile(big, at('full/x'))).rejects.toMatchObject({ code: 'ARTIFACTS_DISK_FULL' });
      expect(readFileSync(at('full/x'), 'utf8')).toBe('old');
      expect(readdirSync(at('full'))).toEqual(['x']);
    } finally {
      execFileSync('umount', [at('full')]);
    }
  });
});

describe('checksums.json', () => {
  it('lists every artifact by path, and a refresh without a change writes nothing', async () => {
    await place('b');
    await place('a');
    await refreshChecksums(folder);
    expect((await readChecksums(folder)).map(({ path, platform }) => [path, platform])).toEqual([
      ['linux/amd64/a', 'linux/amd64'],
      ['linux/amd64/b', 'linux/amd64'],
    ]);
    utimesSync(at('artifacts/checksums.json'), 1, 1);
    await refreshChecksums(folder);
    expect(statSync(at('artifacts/checksums.json')).mtimeMs).toBe(1000);
  });

  it('is right after eight processes placed artifacts at once, one of them killed in between', async () => {
    const module = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;
    const script = (name: string) => `
      import { placeArtifact, refreshChecksums } from ${JSON.stringify(module)};
      await placeArtifact({ source: ${JSON.stringify(built(`source-${name}`))}, destination: ${JSON.stringify(at(`artifacts/linux/amd64/${name}`))}, version: {} });
      for (let round = 0; round < 5; round += 1) await refreshChecksums(${JSON.stringify(folder)});`;
    const names = Array.from({ length: 8 }, (_, index) => `w${index}`);
    await Promise.all(
      names.map((name, index) => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script(name)], {
          stdio: 'inherit',
        });
        if (index === 0) setTimeout(() => child.kill('SIGKILL'), 150);
        return new Promise((resolve) => child.once('exit', resolve));
      }),
    );
    const listed = (await refreshChecksums(folder)).map(({ path }) => path);
    expect(listed).toEqual(expect.arrayContaining(names.slice(1).map((name) => `linux/amd64/${name}`)));
    expect(await verifyArtifacts(folder)).toEqual([]);
  });
});

describe('verifying', () => {
  it.each([
    [
      'a file that is gone',
      () => {
        rmSync(at('artifacts/linux/amd64/x'));
      },
      'missing',
    ],
    [
      'a file that nobody listed',
      () => {
        writeFileSync(at('artifacts/linux/amd64/y'), 'y');
      },
      'extra',
    ],
    [
      'another size',
      () => {
        writeFileSync(at('artifacts/linux/amd64/x'), 'longer');
      },
      'changed',
    ],
    [
      'other bytes of the same size',
      () => {
        writeFileSync(at('artifacts/linux/amd64/x'), 'z');
      },
      'changed',
    ],
    [
      'a lost run bit',
      () => {
        chmodSync(at('artifacts/linux/amd64/x'), 0o644);
      },
      'changed',
    ],
    [
      'a checksum file that says otherwise',
      () => {
        writeFileSync(at('artifacts/linux/amd64/x.sha256'), 'beef  x\n');
      },
      'changed',
    ],
    [
      'a checksum file that is gone',
      () => {
        rmSync(at('artifacts/linux/amd64/x.sha256'));
      },
      'changed',
    ],
  ])('names %s', async (_, change, kind) => {
    await place('x');
    await refreshChecksums(folder);
    expect(await verifyArtifacts(folder)).toEqual([]);
    change();
    expect((await verifyArtifacts(folder)).map((difference) => difference.kind)).toEqual([kind]);
  });

  it('without a list there is nothing to verify against', async () => {
    await expect(verifyArtifacts(folder)).rejects.toMatchObject({ code: 'ARTIFACTS_CHECKSUMS_MISSING' });
  });
});
