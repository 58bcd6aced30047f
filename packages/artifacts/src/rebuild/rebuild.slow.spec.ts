import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { formatRecord } from '../layout/side-files.js';
import { provenanceOf } from '../provenance/statement.js';
import { formatUnits } from '../units/record.js';
import { checkOut } from './checkout.js';

import { rebuildAndCompare } from './rebuild.js';

let folder: string;
let repository: string;

beforeAll(() => {
  folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'rebuild-')));
  repository = join(folder, 'repository');
  mkdirSync(repository);
  git('init', '--quiet', '--initial-branch=main');
  commit();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): string {
  const settings = ['user.name=T', 'user.email=t@example.org', 'protocol.file.allow=always'];
  const all = [...settings.flatMap((setting) => ['-c', setting]), ...args];
  return execFileSync('git', all, { cwd: repository, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Adds all files, and returns the commit. */
function commit(): string {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'x');
  return git('rev-parse', 'HEAD');
}

const statement = (revision: string | null, task = 'app:build') =>
  formatRecord(
    provenanceOf(
      { name: 'app', sha256: createHash('sha256').update('program').digest('hex') },
      { tool: 'cargo', task, folder: '.', options: {}, builder: 'urn:millwright:builder:local' },
      { revision, toolchain: '1.95.0', linker: 'native' },
    ),
  );

/** Tries to rebuild an artifact. */
function rebuild(provenance: string | undefined, content = 'program', workspace = repository) {
  const artifact = join(folder, 'app');
  writeFileSync(artifact, content);
  if (provenance !== undefined) writeFileSync(`${artifact}.provenance.json`, provenance);
  return rebuildAndCompare({ artifact, workspace, env: {}, onLine: () => undefined });
}

const unknown = 'f'.repeat(40);

it.each([
  ['without a provenance', undefined, /provenance\.json does not exist/],
  ['with a damaged one', '{', /is not a statement of a build/],
  ['that was built outside of Git', statement(null), /outside a Git repository/],
  ['that was built from changes', statement(`${unknown}-dirty`), /changes that are not in the commit/],
  ['whose commit is no commit', statement('--upload-pack=x'), /no valid commit/],
  ['that was built without Nx', statement(unknown).replace(/"task": .*\n/, ''), /names no task/],
  ['whose task is an option', statement(unknown, '--help'), /no valid task/],
  ['of another repository', statement(unknown), /built in another repository/],
])('an artifact %s is refused', async (_, provenance, why) => {
  await expect(rebuild(provenance)).rejects.toMatchObject({ code: 'REBUILD_REFUSED', why });
});

it('an artifact that was changed is refused', async () => {
  const why = /describes another file/;
  await expect(rebuild(statement(commit()), 'changed')).rejects.toMatchObject({
    code: 'REBUILD_REFUSED',
    why,
  });
});

it('a shallow clone without the commit is named as such', async () => {
  const first = commit();
  commit();
  const shallow = join(folder, 'shallow');
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository}`, shallow], { stdio: 'pipe' });
  const remedy = /git fetch --unshallow/;
  await expect(rebuild(statement(first), 'program', shallow)).rejects.toMatchObject({
    why: 'the clone is shallow',
    remedy,
  });
});

it('a repository without an Nx workspace is named', async () => {
  await expect(rebuild(statement(commit()))).rejects.toMatchObject({ why: /has an nx\.json/ });
});

it('a clone whose commit has no Nx is named, and leaves nothing behind', async () => {
  writeFileSync(join(repository, 'nx.json'), '{}');
  vi.stubEnv('TMPDIR', join(folder, 'temporary'));
  mkdirSync(join(folder, 'temporary'));
  await expect(rebuild(statement(commit()))).rejects.toMatchObject({
    code: 'REBUILD_FAILED',
    why: 'Nx is not installed in the clone',
  });
  vi.unstubAllEnvs();
  expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
});

it('names the packages that only one build compiled, if the lock file of the commit does not match', async () => {
  const units = (version: string) =>
    formatUnits({
      ...({
        version: 1,
        ecosystem: 'cargo',
        target: 'linux/amd64',
        toolchain: 'rustc 1.95.0',
        root: 0,
      } as const),
      units: [{ name: 'log', version, kind: 'normal', dependencies: [] }],
    });
  // In place of Nx: it "builds" what is committed.
  mkdirSync(join(repository, 'built'));
  writeFileSync(join(repository, 'built/app'), 'program');
  writeFileSync(join(repository, 'built/app.provenance.json'), statement(unknown));
  writeFileSync(join(repository, 'built/app.units.json'), units('0.4.30'));
  writeFileSync(join(repository, 'nx'), '#!/bin/sh\ncp -r built artifacts\n', { mode: 0o755 });
  writeFileSync(join(folder, 'app.units.json'), units('0.4.29'));
  await expect(rebuild(statement(commit()))).rejects.toMatchObject({
    code: 'REBUILD_NOT_COMPARABLE',
    why: 'only in the artifact: log 0.4.29; only in the rebuilt file: log 0.4.30',
    remedy: expect.stringContaining('commit Cargo.lock') as string,
  });
});

it('checks out submodules that the repository has, without a network', async () => {
  const upstream = join(folder, 'upstream');
  execFileSync('git', ['clone', '--quiet', repository, upstream], { stdio: 'pipe' });
  for (const name of ['mill', 'empty']) git('submodule', 'add', '--quiet', upstream, `third_party/${name}`);
  const revision = commit();
  git('submodule', 'deinit', '--quiet', '--force', 'third_party/empty');
  rmSync(upstream, { recursive: true });
  const clone = join(folder, 'clone');
  await checkOut(repository, revision, clone);
  const has = (name: string) => existsSync(join(clone, 'third_party', name, '.git'));
  expect([has('mill'), has('empty')]).toEqual([true, false]);
});
