import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, outcomes, repository, Workspace } from './workspace.ts';

const archives = 'artifacts/archives/app';
const archive = `${archives}/app-1.2.3-linux-amd64.tar.gz`;
const guideText = readFileSync(join(repository, 'docs/guides/signed-releases.md'), 'utf8');
const cli = join(repository, 'packages/cli/dist/cli.js');
let origin: Workspace;
const workspaces: Workspace[] = [];
const folders: string[] = [];

function packaged(workspace: Workspace, ...flags: string[]): Record<string, string> {
  const { status, output } = workspace.nx(['run', 'app:package', ...flags]);
  expect(status, output).toBe(0);
  return outcomes(output);
}

beforeAll(() => {
  origin = new Workspace(
    {
      'Cargo.toml': manifest('app').replace('0.1.0', '1.2.3'),
      'src/main.rs': 'fn main() { println!("it runs"); }\n',
      LICENSE: 'MIT\n',
    },
    { platforms: ['linux/amd64'], package: true },
  );
  workspaces.push(origin);
  packaged(origin);
});
afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it('two clones give the same archives to the byte', () => {
  const clone = origin.clone();
  workspaces.push(clone);
  packaged(clone, '--skip-nx-cache');
  expect(clone.read(`${archives}/SHA256SUMS`)).toBe(origin.read(`${archives}/SHA256SUMS`));
  expect(readFileSync(clone.path(archive)).equals(readFileSync(origin.path(archive)))).toBe(true);
  execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
    cwd: clone.path(archives),
    stdio: 'ignore',
  });
});

it('a second run is restored, also after all artifacts were deleted', () => {
  const sums = origin.read(`${archives}/SHA256SUMS`);
  for (const isDeleted of [false, true]) {
    if (isDeleted) origin.delete('artifacts');
    const all = packaged(origin);
    expect(all['app:package']).toBe('cached');
    expect(new Set(Object.values(all))).toEqual(new Set(['cached']));
    expect(origin.read(`${archives}/SHA256SUMS`)).toBe(sums);
    expect(origin.exists(archive)).toBe(true);
  }
});

it('the libraries that compress an archive are inputs of its task', () => {
  const { stdout } = origin.nxApart(['show', 'project', 'app', '--json']);
  const { targets } = JSON.parse(stdout) as { targets: Record<string, { inputs: { runtime?: string }[] }> };
  const runtime = (targets.package?.inputs ?? []).flatMap((input) => input.runtime ?? []).join();
  const { zlib, zstd = '' } = process.versions;
  expect(execFileSync('sh', ['-c', runtime], { cwd: origin.folder, encoding: 'utf8' }).trim()).toBe(
    zlib + zstd,
  );
});

/** The commands of a section of the guide, with those of its `npm install` left out. */
function guide(heading: string): string {
  const section = guideText.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  expect(blocks.length, heading).toBeGreaterThan(0);
  return blocks.join('').replaceAll(/^npm install .*\n/gm, '');
}

it('the guide to signed releases works as it is written, to a machine without Nx', () => {
  const programs = mkdtempSync(join(tmpdir(), 'millwright-e2e-'));
  const machine = mkdtempSync(join(tmpdir(), 'millwright-e2e-'));
  folders.push(programs, machine);
  writeFileSync(join(programs, 'millwright'), `#!/bin/sh\nexec node '${cli}' "$@"\n`, { mode: 0o755 });
  symlinkSync(process.execPath, join(programs, 'node'));
  const run = (script: string, cwd: string, path: string) => {
    const { status, stdout, stderr } = spawnSync('/bin/bash', ['-eo', 'pipefail', '-c', script], {
      cwd,
      encoding: 'utf8',
      env: {
        HOME: machine,
        PATH: path,
        MILLWRIGHT_PASSPHRASE: 'correct horse',
        NX_DAEMON: 'false',
        CARGO_HOME: process.env.CARGO_HOME ?? join(process.env.HOME ?? '', '.cargo'),
        RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(process.env.HOME ?? '', '.rustup'),
      },
    });
    expect(status, `${script}\n${stdout}${stderr}`).toBe(0);
    return stdout;
  };
  const here = `${programs}:${join(repository, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
  for (const heading of ['1.', '2.', '3.']) run(guide(heading), origin.folder, here);

  const receive = () => {
    rmSync(join(machine, 'app'), { recursive: true, force: true });
    cpSync(origin.path(archives), join(machine, 'app'), { recursive: true });
  };
  receive();
  cpSync(origin.path('minisign.pub'), join(machine, 'minisign.pub'));
  const [ours = '', standard = ''] = guide('4.').split(/(?=^cd app)/m);
  const program = /^(\/.*\/app)$/m.exec(run(ours, machine, programs))?.[1] ?? '';
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('it runs\n');
  const hasMinisign = spawnSync('minisign', ['-v']).error === undefined;
  if (hasMinisign || process.env.CI !== undefined) run(standard, machine, `${programs}:/usr/bin:/bin`);

  const [rotate = '', afterwards = ''] = guide('Replace a key').split(/(?=^millwright install)/m);
  run(rotate, origin.folder, here);
  receive();
  for (const name of ['rotation.txt', 'new.pub']) cpSync(origin.path(name), join(machine, name));
  run(afterwards, machine, programs);

  const [signAgain = '', revoked = ''] = guide('Revoke a key').split(/(?=^millwright verify)/m);
  run(signAgain, origin.folder, here);
  receive();
  const [, list = ''] = /^```text\n(# .*?)^```/ms.exec(guideText) ?? [];
  writeFileSync(join(machine, 'revoked.txt'), list);
  run(revoked, machine, programs);
});
