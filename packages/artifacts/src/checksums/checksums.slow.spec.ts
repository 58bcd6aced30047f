import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksumsLockPath, readChecksums, refreshChecksums } from './checksums.js';
import { withLock } from '../disk/lock.js';
import { artifactPath, checksumsPath } from '../layout/layout.js';
import { placeArtifact } from '../placing/place.js';

let root: string;
let children: ChildProcess[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'checksums-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const owned = { project: 'app', isProject: () => true };

async function place(target: string, name: string, text = name, configuration = 'release'): Promise<void> {
  const source = join(root, 'built');
  writeFileSync(source, text);
  const destination = join(root, artifactPath({ target, configuration, name }));
  await placeArtifact({ ...owned, workspaceRoot: root, source, destination, version: {} });
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function start(script: string): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

const compiled = (module: string) => JSON.stringify(new URL(`../../dist/${module}.js`, import.meta.url).href);
const paths = () => readChecksums(root).map(({ path }) => path);

describe('refreshChecksums', () => {
  it('lists every artifact of every configuration, sorted by path', async () => {
    await place('linux/arm64', 'b');
    await place('linux/amd64', 'b');
    await place('wasm32-wasip1', 'b.wasm');
    await place('linux/arm/v7', 'a', 'text', 'dev');
    await refreshChecksums(root);
    expect(readChecksums(root)).toEqual([
      {
        path: 'dev/linux/arm/v7/a',
        platform: 'linux/arm/v7',
        size: 4,
        sha256: sha256('text'),
        executable: true,
      },
      { path: 'linux/amd64/b', platform: 'linux/amd64', size: 1, sha256: sha256('b'), executable: true },
      { path: 'linux/arm64/b', platform: 'linux/arm64', size: 1, sha256: sha256('b'), executable: true },
      {
        path: 'wasm32-wasip1/b.wasm',
        platform: 'wasm32-wasip1',
        size: 6,
        sha256: sha256('b.wasm'),
        executable: true,
      },
    ]);
  });

  it('writes nothing if nothing changed', async () => {
    await place('linux/amd64', 'a');
    await refreshChecksums(root);
    utimesSync(join(root, checksumsPath), 1, 1);
    await refreshChecksums(root);
    expect(statSync(join(root, checksumsPath)).mtimeMs).toBe(1000);
  });

  it.each([
    ['no artifacts/', () => undefined],
    [
      'an artifacts/ folder of another tool',
      () => {
        put('artifacts/test-results/junit.xml', '<xml/>');
      },
    ],
  ])('creates nothing in a workspace with %s', async (_, prepare) => {
    prepare();
    const before = readdirSync(root, { recursive: true });
    expect(await refreshChecksums(root)).toEqual([]);
    expect(readdirSync(root, { recursive: true })).toEqual(before);
  });

  it("tracks artifacts that others add, change and remove, such as Nx's cache", async () => {
    await place('linux/amd64', 'a', 'old');
    cpSync(join(root, 'artifacts'), join(root, 'cache'), { recursive: true });
    await place('linux/amd64', 'a', 'new');
    await place('linux/amd64', 'b');
    await refreshChecksums(root);
    rmSync(join(root, 'artifacts/linux'), { recursive: true });
    cpSync(join(root, 'cache'), join(root, 'artifacts'), { recursive: true });
    await refreshChecksums(root);
    expect(readChecksums(root)).toMatchObject([{ path: 'linux/amd64/a', sha256: sha256('old') }]);
    rmSync(join(root, 'artifacts/linux'), { recursive: true });
    await refreshChecksums(root);
    expect(readChecksums(root)).toEqual([]);
  });

  it.each([
    [
      'is missing',
      () => {
        rmSync(join(root, 'artifacts/linux/amd64/a.sha256'));
      },
    ],
    [
      'is damaged',
      () => {
        put('artifacts/linux/amd64/a.sha256', 'nonsense');
      },
    ],
  ])('hashes an artifact whose .sha256 %s', async (_, damage) => {
    await place('linux/amd64', 'a');
    damage();
    await refreshChecksums(root);
    expect(readChecksums(root)).toMatchObject([{ path: 'linux/amd64/a', sha256: sha256('a') }]);
  });

  it('does not read an artifact that has its .sha256', async () => {
    await place('linux/amd64', 'a');
    writeFileSync(join(root, 'artifacts/linux/amd64/a'), 'z');
    await refreshChecksums(root);
    expect(readChecksums(root)).toMatchObject([{ sha256: sha256('a') }]);
  });

  it('remembers that a file is executable after it lost its execute permission', async () => {
    await place('linux/amd64', 'a');
    const file = join(root, 'artifacts/linux/amd64/a');
    rmSync(file);
    writeFileSync(file, 'a', { mode: 0o644 });
    await refreshChecksums(root);
    expect(readChecksums(root)).toMatchObject([{ executable: true }]);
  });

  it('excludes temporary files and files outside the layout', async () => {
    await place('linux/amd64', 'a');
    put('artifacts/linux/amd64/.b.0123456789ab.tmp', 'half');
    put('artifacts/linux/README', 'text');
    put('artifacts/test-results/junit.xml', '<xml/>');
    put('artifacts/oci/blobs/sha256/beef', 'blob');
    await refreshChecksums(root);
    expect(paths()).toEqual(['linux/amd64/a']);
  });

  it('lists an artifact in a custom folder', async () => {
    const source = join(root, 'built');
    writeFileSync(source, 'a');
    await placeArtifact({
      ...owned,
      workspaceRoot: root,
      source,
      destination: join(root, 'artifacts/of/our/own/a'),
      version: {},
    });
    await refreshChecksums(root);
    expect(readChecksums(root)).toMatchObject([{ path: 'of/our/own/a', platform: 'own' }]);
  });

  it('rewrites a damaged file', async () => {
    await place('linux/amd64', 'a');
    put(checksumsPath, '{"artifacts": [');
    await refreshChecksums(root);
    expect(paths()).toEqual(['linux/amd64/a']);
  });
});

it('does not let a slow caller overwrite the result of a later one', async () => {
  const slow = 'artifacts/linux/amd64/slow';
  put(slow, '');
  truncateSync(join(root, slow), 256 << 20);
  const early = refreshChecksums(root);
  // From here on, the file need not be hashed. Without the lock, a later caller would finish first.
  put(`${slow}.sha256`, `${'0'.repeat(64)}  slow\n`);
  await place('linux/amd64', 'late');
  expect(existsSync(join(root, checksumsPath))).toBe(false);
  await Promise.all([early, refreshChecksums(root)]);
  expect(paths()).toEqual(['linux/amd64/late', 'linux/amd64/slow']);
});

describe('readChecksums', () => {
  it.each([
    ['no file', undefined, 'ARTIFACTS_CHECKSUMS_MISSING'],
    ['a truncated file', '{"artifacts": [', 'ARTIFACTS_CHECKSUMS_INVALID'],
    ['an invalid format', '{"artifacts": [{"path": 1}]}', 'ARTIFACTS_CHECKSUMS_INVALID'],
  ])('rejects %s', (_, text, code) => {
    if (text !== undefined) put(checksumsPath, text);
    expect(() => readChecksums(root)).toThrow(expect.objectContaining({ code }));
  });
});

describe('several processes', () => {
  it('lists the artifacts of eight concurrent processes', async () => {
    const each = 12;
    const workers = Array.from({ length: 8 }, (_, worker) =>
      start(`
        import { once } from 'node:events';
        import { writeFileSync } from 'node:fs';
        import { artifactPath, placeArtifact, refreshChecksums } from ${compiled('index')};
        console.log('ready');
        await once(process.stdin, 'data');
        for (let number = 0; number < ${each}; number += 1) {
          const [source, name] = ['built-${worker}', 'app-${worker}-' + number];
          writeFileSync(source, name);
          const destination = artifactPath({ target: 'linux/amd64', configuration: 'release', name });
          await placeArtifact({ project: 'app', isProject: () => true, workspaceRoot: '.', source, destination, version: {} });
          await refreshChecksums('.');
        }
        process.exit();`),
    );
    await Promise.all(workers.map((worker) => once(worker.stdout ?? worker, 'data')));
    for (const worker of workers) worker.stdin?.write('go\n');
    const ends = await Promise.all(workers.map((worker) => once(worker, 'exit')));
    expect(ends.map(([status]) => status as number)).toEqual(workers.map(() => 0));

    const records = readChecksums(root);
    expect(records).toHaveLength(8 * each);
    for (const { path, sha256: digest } of records) {
      expect(digest).toBe(sha256(path.slice('linux/amd64/'.length)));
    }
    expect(await refreshChecksums(root)).toEqual(records);
    expect(readdirSync(join(root, 'artifacts')).sort()).toEqual([
      '.checksums.lock',
      'checksums.json',
      'linux',
    ]);
  });

  it('does not wait for a killed process that held the lock', async () => {
    await place('linux/amd64', 'a');
    const holder = start(`
      import { withLock } from ${compiled('disk/lock')};
      await withLock(${JSON.stringify(checksumsLockPath)}, async () => {
        console.log('held');
        await new Promise(() => process.stdin.resume());
      });`);
    await once(holder.stdout ?? holder, 'data');
    await expect(withLock(join(root, checksumsLockPath), () => Promise.resolve(), 0)).rejects.toMatchObject({
      code: 'ARTIFACTS_LOCKED',
    });
    const refresh = refreshChecksums(root);
    holder.kill('SIGKILL');
    expect(await refresh).toHaveLength(1);
    expect(paths()).toEqual(['linux/amd64/a']);
  });
});
