import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refreshChecksums } from '../../checksums/checksums.js';
import { artifactPath } from '../../layout/layout.js';
import { placeArtifact } from '../../placing/place.js';

const require = createRequire(import.meta.url);
const nxPackage = require.resolve('nx/package.json');
const nx = join(dirname(nxPackage), (require(nxPackage) as { bin: { nx: string } }).bin.nx);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'verify-'));
  const files = {
    'package.json': { name: 'workspace', private: true },
    'nx.json': { analytics: false },
    'app/project.json': { name: 'app', targets: { verify: { executor: '@millwright/artifacts:verify' } } },
  };
  mkdirSync(join(root, 'app'));
  for (const [path, content] of Object.entries(files))
    writeFileSync(join(root, path), JSON.stringify(content));
  symlinkSync(dirname(dirname(nxPackage)), join(root, 'node_modules'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Runs `nx run app:verify` as a user does. */
async function verify(...args: string[]): Promise<{ status: number | null; output: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_|VITEST|NODE_OPTIONS)/.test(name));
  const child = spawn(process.execPath, [nx, 'run', 'app:verify', ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

const owned = { project: 'app', isProject: () => true };

async function place(name: string): Promise<string> {
  const source = join(root, 'built');
  writeFileSync(source, name);
  const destination = join(root, artifactPath({ target: 'linux/amd64', configuration: 'release', name }));
  await placeArtifact({ ...owned, workspaceRoot: root, source, destination, version: {} });
  return destination;
}

it('reports through nx that nothing was built yet', async () => {
  const { status, output } = await verify();
  expect(output).toContain('error[ARTIFACTS_CHECKSUMS_MISSING]: artifacts/checksums.json does not exist');
  expect(status).not.toBe(0);
});

it('succeeds through nx on intact artifacts, then fails and lists each kind of difference', async () => {
  const files: Record<string, string> = {};
  for (const name of ['same', 'resized', 'swapped', 'misnoted', 'idle', 'gone'])
    files[name] = await place(name);
  await refreshChecksums(root);
  const whole = await verify();
  expect(whole.output).toContain('6 artifacts verified against artifacts/checksums.json');
  expect(whole.status).toBe(0);

  writeFileSync(files.resized ?? '', 'of another size');
  writeFileSync(files.swapped ?? '', 'depparws'.slice(0, 'swapped'.length));
  writeFileSync(`${files.misnoted ?? ''}.sha256`, `${'0'.repeat(64)}  misnoted\n`);
  chmodSync(files.idle ?? '', 0o644);
  rmSync(files.gone ?? '');
  writeFileSync(join(root, 'artifacts/linux/amd64/stranger'), '');
  const { status, output } = await verify();
  expect(output.split('\n').filter((line) => /^(missing|extra|changed) /.test(line))).toEqual([
    'missing  linux/amd64/gone',
    'changed  linux/amd64/idle      it is no longer executable',
    'changed  linux/amd64/misnoted  its .sha256 does not match',
    expect.stringMatching(
      /^changed {2}linux\/amd64\/resized {3}size 15, listed 7; sha256 .*; its \.sha256 does not match/,
    ),
    'extra    linux/amd64/stranger',
    expect.stringMatching(/^changed {2}linux\/amd64\/swapped {3}sha256 .*; its \.sha256 does not match$/),
  ]);
  expect(output).toContain(
    'error[ARTIFACTS_DIFFER]: 6 files in artifacts/ do not match artifacts/checksums.json',
  );
  expect(status).not.toBe(0);
});

it('rejects an unknown option through nx', async () => {
  const { status, output } = await verify('--platforms=linux/amd64');
  expect(output).toContain('platforms');
  expect(status).not.toBe(0);
});
