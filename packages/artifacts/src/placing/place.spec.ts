import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostPlatform, platforms } from '@millwright/toolkit';
import { parseProvenance, type ProvenanceFacts } from '../provenance/statement.js';
import { parseUnits, type UnitsRecord } from '../units/record.js';
import { installFile, placeArtifact } from './place.js';

let root: string;
let source: string;
let folder: string;
let destination: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'place-'));
  source = join(root, 'built');
  folder = join(root, 'artifacts/linux/amd64');
  destination = join(folder, 'app');
  writeFileSync(source, 'first', { mode: 0o600 });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const owned = { project: 'app', isProject: () => true };
const place = () =>
  placeArtifact({ ...owned, workspaceRoot: root, source, destination, version: { crate: '1.0.0' } });
const contents = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const firstSha256 = 'a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e';
const first = {
  app: 'first',
  'app.sha256': `${firstSha256}  app\n`,
  'app.version': '{\n  "crate": "1.0.0",\n  "executable": true,\n  "project": "app"\n}\n',
};

it('does not write through a link out of the workspace', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'place-elsewhere-'));
  try {
    mkdirSync(join(root, 'artifacts/linux'), { recursive: true });
    symlinkSync(elsewhere, folder);
    await expect(place()).rejects.toMatchObject({ code: 'PATH_OUTSIDE_WORKSPACE' });
    expect(readdirSync(elsewhere)).toEqual([]);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

it('places the record of undeclared inputs beside the artifact', async () => {
  const inputs = [{ kind: 'variable', name: 'WORD', digest: null }] as const;
  await placeArtifact({
    ...owned,
    workspaceRoot: root,
    source,
    destination,
    version: { crate: '1.0.0' },
    inputs: { variable: 'V', under: '', inputs },
  });
  expect(JSON.parse(contents()['app.inputs.json'] ?? '')).toEqual({
    version: 1,
    variable: 'V',
    under: '',
    inputs,
  });
});

describe('units and provenance', () => {
  const units: UnitsRecord = {
    version: 1,
    ecosystem: 'cargo',
    target: 'linux/amd64',
    toolchain: 'rustc 1.95.0',
    root: 0,
    units: [{ name: 'app', version: '1.0.0', kind: 'normal', dependencies: [] }],
  };
  const provenance: ProvenanceFacts = {
    tool: 'cargo',
    task: 'app:build-linux-amd64',
    folder: 'app',
    options: {},
    builder: 'urn:millwright:builder:local',
  };
  const request = () => ({ ...owned, workspaceRoot: root, source, destination, version: { crate: '1.0.0' } });

  it('are placed beside the artifact, whose digest the provenance states', async () => {
    await placeArtifact({ ...request(), units, provenance });
    expect(parseUnits(contents()['app.units.json'] ?? '')).toEqual(units);
    expect(parseProvenance(contents()['app.provenance.json'] ?? '')?.subject).toEqual({
      name: 'app',
      sha256: firstSha256,
    });
  });

  it('of an earlier build do not stay beside an artifact that has none', async () => {
    await placeArtifact({ ...request(), units, provenance });
    await placeArtifact(request());
    expect(Object.keys(contents()).sort()).toEqual(['app', 'app.sha256', 'app.version']);
  });
});

/** Runs a step as nobody, because root can write anywhere. */
async function asNobody<Result>(step: () => Promise<Result>): Promise<Result> {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || !seteuid) return step();
  const nobody = 65_534;
  chownSync(source, nobody, nobody);
  chmodSync(root, 0o755);
  seteuid(nobody);
  try {
    return await step();
  } finally {
    seteuid(0);
  }
}

describe('placeArtifact', () => {
  it('places the file with its execute permission and its side files, and nothing else', async () => {
    expect(await place()).toEqual({ path: destination, size: 5, sha256: firstSha256 });
    expect(contents()).toEqual(first);
    expect(statSync(destination).mode & 0o777).toBe(0o755);
  });

  it('writes a .sha256 that sha256sum accepts', async () => {
    await place();
    const output = execFileSync('sha256sum', ['--check', '--strict', 'app.sha256'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(output).toBe('app: OK\n');
  });

  it('replaces another file, and sets the requested mode', async () => {
    await place();
    writeFileSync(source, 'second');
    await placeArtifact({ ...owned, workspaceRoot: root, source, destination, mode: 0o644, version: {} });
    expect(contents()).toMatchObject({
      app: 'second',
      'app.version': '{\n  "executable": false,\n  "project": "app"\n}\n',
    });
    expect(statSync(destination).mode & 0o777).toBe(0o644);
  });

  it('does not touch an identical file', async () => {
    await place();
    const names = readdirSync(folder);
    for (const name of names) utimesSync(join(folder, name), 1, 1);
    expect(await place()).toEqual({ path: destination, size: 5, sha256: firstSha256 });
    expect(names.map((name) => statSync(join(folder, name)).mtimeMs)).toEqual([1000, 1000, 1000]);
  });

  it.each([
    [
      'a lost execute permission',
      () => {
        chmodSync(destination, 0o644);
      },
    ],
    [
      'different content of the same size',
      () => {
        writeFileSync(destination, 'tsrif');
      },
    ],
    [
      'a lost .sha256',
      () => {
        rmSync(`${destination}.sha256`);
      },
    ],
    [
      'a damaged .version',
      () => {
        writeFileSync(`${destination}.version`, '{');
      },
    ],
    [
      'a symlink in its place',
      () => {
        rmSync(destination);
        symlinkSync(source, destination);
      },
    ],
  ])('repairs %s', async (_, damage) => {
    await place();
    damage();
    await place();
    expect(contents()).toEqual(first);
    expect(statSync(destination).mode & 0o777).toBe(0o755);
    expect(statSync(destination).ino).not.toBe(statSync(source).ino);
  });

  it('does not affect a process that runs the old file', async () => {
    await place();
    const running = join(root, 'running');
    linkSync(destination, running);
    writeFileSync(source, 'second');
    await place();
    expect(readFileSync(running, 'utf8')).toBe('first');
  });

  it('removes old temporary files of killed processes, but no recent ones', async () => {
    mkdirSync(folder, { recursive: true });
    const [old, fresh] = ['.app.0123456789ab.tmp', '.app.ba9876543210.tmp'].map((name) => join(folder, name));
    if (old === undefined || fresh === undefined) throw new Error('two names');
    for (const path of [old, fresh]) writeFileSync(path, 'half');
    utimesSync(old, 1, 1);
    await place();
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});

describe('keeps the old artifact and no temporary files after a failure', () => {
  beforeEach(place);

  const unharmed = async (code: string, step: () => Promise<unknown> = place) => {
    await expect(step()).rejects.toMatchObject({ code });
    expect(contents()).toEqual(first);
  };

  it('a missing source', async () => {
    rmSync(source);
    await unharmed('ARTIFACTS_SOURCE_MISSING');
  });

  it('a folder as source', async () => {
    rmSync(source);
    mkdirSync(source);
    await unharmed('ARTIFACTS_SOURCE_MISSING');
  });

  it('a read-only folder', async () => {
    writeFileSync(source, 'second');
    chmodSync(folder, 0o555);
    try {
      await unharmed('ARTIFACTS_NOT_WRITABLE', () => asNobody(place));
    } finally {
      chmodSync(folder, 0o755);
    }
  });

  it('a path below a file', async () => {
    await unharmed('ARTIFACTS_NOT_WRITABLE', () => installFile(source, join(destination, 'deep/app')));
  });

  it.each(['app.version', 'app.sha256'])('a folder instead of %s', async (name) => {
    writeFileSync(source, 'second');
    rmSync(join(folder, name));
    mkdirSync(join(folder, name));
    await expect(place()).rejects.toMatchObject({ code: 'ARTIFACTS_DESTINATION_IS_FOLDER' });
    expect(readFileSync(destination, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(Object.keys(first));
  });

  it('a folder instead of the artifact', async () => {
    rmSync(destination);
    mkdirSync(destination);
    await expect(place()).rejects.toMatchObject({ code: 'ARTIFACTS_DESTINATION_IS_FOLDER' });
    expect(readdirSync(folder)).toEqual(Object.keys(first));
  });
});

describe('a wrong destination', () => {
  const there = (path: string) => existsSync(join(root, path));

  it('is rejected if the folder is for another platform than the object file', async () => {
    const host = hostPlatform();
    for (const other of platforms.filter(
      ({ objectArchitecture: architecture, goos }) =>
        architecture !== host.objectArchitecture || goos !== host.goos,
    )) {
      for (const folder of [`artifacts/${other.platform}`, `artifacts/dev/${other.platform}/app`]) {
        const request = { ...owned, workspaceRoot: root, source: process.execPath, version: {} };
        await expect(placeArtifact({ ...request, destination: join(root, folder, 'app') })).rejects.toThrow(
          'ARTIFACT_PLACE_WRONG',
        );
        expect(there(folder)).toBe(false);
      }
    }
  });

  it('is rejected if the folder is for another platform than the static library', async () => {
    const library = join(root, 'libpart.a');
    const text = join(root, 'part.rs');
    writeFileSync(text, '#[unsafe(no_mangle)]\npub extern "C" fn part() {}\n');
    execFileSync('rustc', ['--crate-type=staticlib', '-O', '-o', library, text], { stdio: 'pipe' });
    const request = { ...owned, workspaceRoot: root, source: library, version: {}, mode: 0o644 };
    const at = (platform: string) => join(root, 'artifacts', platform, 'libpart.a');
    const host = hostPlatform();
    const other = host.platform === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64';
    await expect(placeArtifact({ ...request, destination: at(other) })).rejects.toMatchObject({
      code: 'ARTIFACT_PLACE_WRONG',
      why: expect.stringMatching(/its member .*it is built for/) as string,
    });
    expect(there(`artifacts/${other}`)).toBe(false);
    await placeArtifact({ ...request, destination: at(host.platform) });
    expect(there(`artifacts/${host.platform}/libpart.a`)).toBe(true);
  });

  it("is rejected if it holds another project's artifact, until that project is removed", async () => {
    await place();
    const other = { workspaceRoot: root, source, destination, version: { crate: '2.0.0' }, project: 'other' };
    await expect(placeArtifact({ ...other, isProject: (name) => name === 'app' })).rejects.toThrow(
      'which is an artifact of app',
    );
    expect(contents()).toEqual(first);
    await placeArtifact({ ...other, isProject: (name) => name === 'other' });
    expect(contents()['app.version']).toContain('"project": "other"');
  });

  it('is rejected if its side files belong to a name that differs only in case', async () => {
    await place();
    // As shown by a case-insensitive file system.
    writeFileSync(`${destination}.sha256`, `${firstSha256}  App\n`);
    await expect(place()).rejects.toThrow('would overwrite App');
  });
});

describe('installFile', () => {
  it('copies without side files into a new folder', async () => {
    const place = join(root, 'third_party/windmill/windmill-backend');
    expect(await installFile(source, place)).toBe(firstSha256);
    expect(readdirSync(join(root, 'third_party/windmill'))).toEqual(['windmill-backend']);
    expect(statSync(place).mode & 0o777).toBe(0o755);
    utimesSync(place, 1, 1);
    await installFile(source, place);
    expect(statSync(place).mtimeMs).toBe(1000);
  });
});

/** A 1 MiB file system that only the child process sees. */
const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
const canMount =
  spawnSync('unshare', [...namespaces, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tmpdir()]).status ===
  0;

it.skipIf(!canMount && !process.env.CI)(
  'keeps the old artifact on a full disk (requires the right to mount)',
  () => {
    writeFileSync(source, Buffer.alloc(2 << 20, 1));
    const mounted = join(root, 'mounted');
    mkdirSync(mounted);
    const script = `
    import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
    import { placeArtifact } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    writeFileSync('app', 'first');
    const code = await placeArtifact({ project: 'app', isProject: () => true, workspaceRoot: '..', source: '../built', destination: 'app', version: {} })
      .then(() => 'placed', (error) => error.code);
    console.log(JSON.stringify([code, readFileSync('app', 'utf8'), readdirSync('.')]));`;
    const mount =
      'mount -t tmpfs -o size=1m tmpfs "$1" && cd "$1" && exec "$2" --input-type=module --eval "$3"';
    const child = spawnSync(
      'unshare',
      [...namespaces, 'sh', '-c', mount, 'sh', mounted, process.execPath, script],
      { encoding: 'utf8' },
    );
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toEqual(['ARTIFACTS_DISK_FULL', 'first', ['app']]);
  },
);
