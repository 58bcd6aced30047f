import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gitChanges, gitState } from './git-state.js';
import { gitRevision } from './git-revision.js';
import { runGit } from './git.js';
import { fetchArguments, parseSubmodules } from './submodules.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'submodules-'));
  vi.stubEnv('HOME', at('home'));
  vi.stubEnv('GIT_ALLOW_PROTOCOL', undefined);
  write('evil.sh', `#!/bin/sh\ntouch '${at('ran')}'\n`, 0o755);
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
function git(where: string, ...args: string[]): string {
  const settings = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...settings, ...args], {
    cwd: at(where),
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}
function repository(name: string): string {
  write(`${name}/file`, 'text');
  git(name, 'init', '--quiet');
  git(name, 'add', '--all');
  git(name, 'commit', '--quiet', '--message', 'x');
  return git(name, 'rev-parse', 'HEAD');
}

/** Makes the repository `main` with a submodule that is not checked out, as in a fresh clone. */
function withSubmodule({ path, url, more = '' }: { path: string; url: string; more?: string }): void {
  const commit = repository('source');
  repository('main');
  write('main/.gitmodules', `[submodule "sub"]\n\tpath = ${path}\n\turl = ${url}\n${more}`);
  git('main', 'add', '--all');
  git('main', 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
  git('main', 'commit', '--quiet', '--message', 'y');
}

async function fetchSubmodule(): Promise<number | undefined> {
  const [submodule] = parseSubmodules(git('main', 'show', 'HEAD:.gitmodules'));
  if (submodule === undefined) throw new Error('there is no submodule');
  return (await runGit(at('main'), fetchArguments(submodule), { network: true })).exitCode;
}

describe('fetching a submodule runs no program that the repository names', () => {
  it.each([
    ['as the address', { url: "ext::sh -c 'touch% ran'" }],
    ['as an option in place of the address', { url: '-u./evil.sh' }],
    ['as an option in place of the host', { url: 'ssh://-oProxyCommand=./evil.sh/x' }],
    ['as the way to update', { url: 'https://127.0.0.1:1/x', more: '\tupdate = !./evil.sh\n' }],
  ])('%s', async (_, submodule) => {
    withSubmodule({ path: 'sub', ...submodule });
    write('main/evil.sh', `#!/bin/sh\ntouch '${at('ran')}'\n`, 0o755);
    expect(await fetchSubmodule()).not.toBe(0);
    expect([existsSync(at('ran')), existsSync(at('main/ran'))]).toEqual([false, false]);
  });

  // CVE-2024-32002 and CVE-2025-48384 bring hooks into the Git folder of a submodule that is fetched.
  it('as a hook in the Git folder of the submodule', async () => {
    withSubmodule({ path: 'sub', url: at('source') });
    write('template/hooks/post-checkout', `#!/bin/sh\n'${at('evil.sh')}'\n`, 0o755);
    write(
      'home/.gitconfig',
      `[init]\n\ttemplateDir = ${at('template')}\n[protocol "file"]\n\tallow = always\n`,
    );
    expect(await fetchSubmodule()).toBe(0);
    expect(existsSync(at('main/.git/modules/sub/hooks/post-checkout'))).toBe(true);
    expect(existsSync(at('main/sub/file'))).toBe(true);
    expect(existsSync(at('ran'))).toBe(false);
  });

  it('and copies no repository of the machine', async () => {
    withSubmodule({ path: 'sub', url: `file://${at('source')}` });
    expect(await fetchSubmodule()).not.toBe(0);
    expect(existsSync(at('main/sub/file'))).toBe(false);
  });

  it('and writes nothing through a link in its path', async () => {
    withSubmodule({ path: 'link/sub', url: at('source') });
    write('home/.gitconfig', '[protocol "file"]\n\tallow = always\n');
    symlinkSync(folder, at('main/link'));
    await fetchSubmodule();
    expect(existsSync(at('sub'))).toBe(false);
  });
});

it.each([
  ['unquoted, where git drops it', 'path = sub\r', 'sub'],
  ['in quotes, where git keeps it', 'path = "sub\r"', 'sub\r'],
])('a carriage return at the end of the path of a submodule is read as git reads it: %s', (_, line, path) => {
  const text = `[submodule "sub"]\r\n\t${line}\n`;
  write('config', text);
  expect(git('.', 'config', '--file', 'config', '--null', 'submodule.sub.path')).toBe(`${path}\0`);
  expect(parseSubmodules(text)).toEqual([{ path }]);
});

it.each(['$(touch${IFS}ran)', ';touch${IFS}ran', '`touch${IFS}ran`', "'|./evil.sh|'"])(
  'the name of a branch and of a tag is no command: %s',
  async (name) => {
    repository('main');
    git('main', 'checkout', '--quiet', '-b', name);
    git('main', 'tag', name);
    write('main/file', 'changed');
    expect(await gitRevision(at('main'))).toMatch(/^[0-9a-f]{40}-dirty$/);
    expect(await gitChanges(at('main'))).toBe('changed');
    expect(gitState(at('main'))).toMatch(/^[0-9a-f]{64}$/);
    expect([existsSync(at('ran')), existsSync(at('main/ran'))]).toEqual([false, false]);
  },
);
