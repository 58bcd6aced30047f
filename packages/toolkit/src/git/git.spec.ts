import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gitRevision } from './git-revision.js';
import { repositoryAbove, runGit } from './git.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const at = (path: string) => join(folder, path);
function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  chmodSync(at(path), mode);
}
function git(...args: string[]): string {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
}
/** Creates a repository with one commit, and a script that a configuration may try to run. */
function repository(): void {
  write('evil.sh', `#!/bin/sh\ntouch ${at('ran')}\n`, 0o755);
  write('m/main.go', 'package main\n');
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
}
/** Writes plain files that git recognizes as a bare repository with its own configuration. */
function bareRepositoryOfPlainFiles(at: string): void {
  write(`${at}/HEAD`, 'ref: refs/heads/main\n');
  write(
    `${at}/config`,
    `[core]\n\tworktree = .\n\tfsmonitor = ${join(folder, 'evil.sh')}\n[alias]\n\tevil = !${join(folder, 'evil.sh')}\n`,
  );
  write(`${at}/objects/.keep`, '');
  write(`${at}/refs/heads/.keep`, '');
}

it('returns the revision of the outer repository for a folder that looks like a bare repository', async () => {
  repository();
  bareRepositoryOfPlainFiles('m');
  expect(await gitRevision(at('m'))).toMatch(/^[0-9a-f]{40}$/);
  expect(existsSync(at('ran'))).toBe(false);
});

it('runs nothing in a folder that looks like a bare repository outside any repository', async () => {
  write('evil.sh', `#!/bin/sh\ntouch ${at('ran')}\n`, 0o755);
  bareRepositoryOfPlainFiles('m');
  expect(await gitRevision(at('m'))).toBeUndefined();
  expect((await runGit(at('m'), ['status'])).exitCode).not.toBe(0);
  expect((await runGit(at('m'), ['evil'])).exitCode).not.toBe(0);
  expect(existsSync(at('ran'))).toBe(false);
});

it.each([
  ['a file system monitor', ['core.fsmonitor', './evil.sh']],
  ['hooks', ['core.hooksPath', './hooks']],
])(
  'does not run programs that the configuration of a repository names as %s',
  async (_, [name = '', value = '']) => {
    repository();
    write('hooks/post-index-change', `#!/bin/sh\ntouch ${at('ran')}\n`, 0o755);
    git('config', name, value);
    write('m/main.go', 'package lain\n');
    expect((await runGit(folder, ['status'])).exitCode).toBe(0);
    expect((await runGit(folder, ['add', 'm/main.go'])).exitCode).toBe(0);
    expect(existsSync(at('ran'))).toBe(false);
  },
);

it('runs no program that an address of the repository names, whatever its configuration allows', async () => {
  repository();
  git('config', 'protocol.ext.allow', 'always');
  const address = `ext::${at('evil.sh')}`;
  expect((await runGit(folder, ['ls-remote', address])).exitCode).not.toBe(0);
  expect(existsSync(at('ran'))).toBe(false);
});

it.each(['fetch.recurseSubmodules', 'submodule.recurse'])(
  'fetches no submodule by itself where the configuration of a repository sets %s',
  async (name) => {
    repository();
    git('config', name, 'true');
    expect((await runGit(folder, ['config', '--bool', name])).stdout.trim()).toBe('false');
  },
);

it('runs a filter that the configuration of the clone names, as Git LFS needs, and none that files name', async () => {
  repository();
  write('.gitattributes', '*.go filter=evil\n');
  write('.gitconfig', `[filter "evil"]\n\tclean = ${at('evil.sh')}\n`);
  write('.lfsconfig', `[filter "evil"]\n\tclean = ${at('evil.sh')}\n`);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'y');
  write('m/main.go', 'package lain\n');
  expect(await gitRevision(folder)).toMatch(/-dirty$/);
  expect(existsSync(at('ran'))).toBe(false);
  git('config', 'filter.evil.clean', at('evil.sh'));
  write('m/main.go', 'package pain\n');
  await gitRevision(folder);
  expect(existsSync(at('ran'))).toBe(true);
});

it.each(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY'])(
  'ignores %s',
  async (name) => {
    repository();
    const revision = await gitRevision(folder);
    vi.stubEnv(name, at('elsewhere'));
    expect(await gitRevision(folder)).toBe(revision);
    expect(revision).toMatch(/^[0-9a-f]{40}$/);
  },
);

it('does not run a program from a variable that a .env file may have set', async () => {
  repository();
  write('.gitattributes', '*.go filter=evil\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'y');
  write('m/main.go', 'package lain\n');
  write('cfg/git/config', `[filter "evil"]\n\tclean = ${at('evil.sh')}\n`);
  write('.env.local', `export XDG_CONFIG_HOME=${at('cfg')}\n`);
  vi.stubEnv('XDG_CONFIG_HOME', at('cfg'));
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'filter.evil.clean');
  vi.stubEnv('GIT_CONFIG_VALUE_0', at('evil.sh'));
  expect(await gitRevision(folder)).toMatch(/-dirty$/);
  expect(existsSync(at('ran'))).toBe(false);
});

it("keeps the user's network settings, unless a .env file sets them", async () => {
  repository();
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'user.name');
  vi.stubEnv('GIT_CONFIG_VALUE_0', 'Someone');
  const name = async () => (await runGit(folder, ['config', 'user.name'], { network: true })).stdout;
  expect(await name()).toBe('Someone');
  write('.env', 'GIT_CONFIG_COUNT = 1\n');
  expect(await name()).not.toBe('Someone');
});

it('returns no revision without git', async () => {
  repository();
  vi.stubEnv('PATH', at('nothing'));
  expect(await gitRevision(folder)).toBeUndefined();
});

it('finds the repository that contains a folder, if any', () => {
  expect(repositoryAbove(folder)).toBeUndefined();
  expect(repositoryAbove(at('not there'))).toBeUndefined();
  repository();
  expect(repositoryAbove(at('m'))).toBe(folder);
});

it.each(['LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'GCONV_PATH', 'BASH_ENV', 'NODE_OPTIONS', 'XDG_CONFIG_HOME'])(
  'passes on %s only if no .env file sets it',
  async (name) => {
    repository();
    vi.stubEnv(name, at('none'));
    const environment = async () =>
      (await runGit(folder, ['-c', 'alias.all=!env', 'all'])).stdout.split('\n');
    expect(await environment()).toContain(`${name}=${at('none')}`);
    write('.env', `${name}=${at('none')}\n`);
    expect((await environment()).filter((line) => line.startsWith(`${name}=`))).toEqual([]);
  },
);

it.skipIf(process.geteuid?.() !== 0)(
  'warns that git does not read the repository of another user (requires root)',
  async () => {
    repository();
    execFileSync('chown', ['--recursive', '12345:12345', folder]);
    vi.stubEnv('HOME', at('no-home'));
    const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await gitRevision(folder)).toBeUndefined();
    expect(say.mock.calls.join()).toContain('the repository belongs to another user');
    say.mockRestore();
  },
);
