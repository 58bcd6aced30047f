import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitChanges, gitState, gitVariables, repositoryOfGitFile } from './git-state.js';

let folder: string;
let outer: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'git-state-')));
  outer = join(folder, 'outer');
  mkdirSync(outer);
  git(outer, 'init', '--initial-branch=main');
  commit(outer);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'protocol.file.allow=always'];
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', [...identity, ...args], { cwd, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
const commit = (cwd: string) => git(cwd, 'commit', '--allow-empty', '--message', 'x');

/** Repositories inside the outer one, by kind. */
const kinds: Readonly<Record<string, () => string>> = {
  'a nested clone': () => {
    git(outer, 'clone', outer, 'inner');
    return join(outer, 'inner');
  },
  'a submodule': () => {
    git(outer, 'submodule', 'add', outer, 'third_party/inner');
    commit(outer);
    return join(outer, 'third_party/inner');
  },
  'a linked work tree': () => {
    git(outer, 'worktree', 'add', '-b', 'side', join(outer, 'tree'));
    return join(outer, 'tree');
  },
  'a shallow clone': () => {
    commit(outer);
    git(outer, 'clone', '--depth=1', `file://${outer}`, 'inner');
    return join(outer, 'inner');
  },
};

describe.each(Object.entries(kinds))('the state of %s', (_, make) => {
  it('changes with its own commit, branch and tags, but not with a commit of the outer repository', () => {
    const inner = make();
    const states = [gitState(inner)];
    commit(outer);
    expect(gitState(inner)).toBe(states[0]);
    const steps = [
      () => commit(inner),
      () => git(inner, 'tag', 'plain'),
      () => git(inner, 'tag', '--annotate', '--message', 'x', 'annotated'),
      () => git(inner, 'tag', '--annotate', '--force', '--message', 'y', 'annotated'),
      () => git(inner, 'switch', '--create', 'other'),
      () => git(inner, 'switch', '--detach'),
      () => git(inner, 'tag', '--delete', 'plain'),
    ];
    for (const step of steps) {
      step();
      states.push(gitState(inner));
    }
    expect(new Set(states).size).toBe(states.length);
    git(inner, 'branch', 'of-somebody-else');
    git(inner, 'pack-refs', '--all');
    expect(gitState(inner)).toBe(states.at(-1));
  });

  it('is associated with each of its Git files, whether they exist or not', () => {
    const inner = make();
    const gitFolder = git(inner, 'rev-parse', '--absolute-git-dir').trim();
    const files = ['HEAD', 'index', 'logs/HEAD', 'refs/heads/none'].map((name) => join(gitFolder, name));
    expect([join(inner, '.git'), ...files].map(repositoryOfGitFile)).toEqual([
      inner,
      inner,
      inner,
      inner,
      inner,
    ]);
    expect(repositoryOfGitFile(join(outer, '.git/packed-refs'))).toBe(outer);
    expect(repositoryOfGitFile(join(inner, '.gitignore'))).toBeUndefined();
  });
});

it('changes when a shallow clone is deepened', () => {
  for (let count = 0; count < 3; count++) commit(outer);
  git(outer, 'clone', '--depth=1', `file://${outer}`, 'inner');
  const before = gitState(join(outer, 'inner'));
  git(join(outer, 'inner'), 'fetch', '--deepen=1');
  expect(gitState(join(outer, 'inner'))).not.toBe(before);
});

it('changes with the tables of a reftable repository', () => {
  // As created by `git init --ref-format=reftable`, which requires Git 2.45.
  writeFileSync(join(outer, '.git/HEAD'), 'ref: refs/heads/.invalid\n');
  mkdirSync(join(outer, '.git/reftable'));
  const states = ['0x000000000001-0x000000000002-a1.ref', '0x000000000001-0x000000000003-b2.ref'].map(
    (table) => {
      writeFileSync(join(outer, '.git/reftable/tables.list'), `${table}\n`);
      return gitState(outer);
    },
  );
  expect(states[0]).not.toBe(states[1]);
});

it('returns separate variables for each repository', () => {
  const names = ['.', 'third_party/mill', 'third_party/other'].flatMap((path) => {
    const { state, changes } = gitVariables(path);
    return [state, changes];
  });
  expect(new Set(names).size).toBe(6);
  expect(names.every((name) => /^MILLWRIGHT_GIT[A-F0-9_]*(_CHANGES)?$/.test(name))).toBe(true);
});

it('distinguishes a changed work tree from a clean one by tracked files only', async () => {
  const at = (path: string) => join(outer, path);
  writeFileSync(at('tracked'), '1');
  writeFileSync(at('other'), '1');
  git(outer, 'add', 'tracked', 'other');
  commit(outer);
  expect(await gitChanges(outer)).toBe('clean');
  writeFileSync(at('untracked'), '1');
  expect(await gitChanges(outer)).toBe('clean');
  writeFileSync(at('tracked'), '2');
  expect(await gitChanges(outer)).toBe('changed');
  git(outer, 'add', 'tracked');
  writeFileSync(at('other'), '2');
  expect(await gitChanges(outer)).toBe('changed');
  git(outer, 'commit', '--all', '--message', 'y');
  expect(await gitChanges(outer)).toBe('clean');
});

it('reports changes in a submodule, and names it in the state of the outer repository', async () => {
  writeFileSync(join(outer, 'file'), '1');
  git(outer, 'add', 'file');
  commit(outer);
  const inner = join(outer, 'third_party/inner');
  git(outer, 'submodule', 'add', outer, 'third_party/inner');
  commit(outer);
  expect([await gitChanges(outer), await gitChanges(inner)]).toEqual(['clean', 'clean']);
  writeFileSync(join(outer, 'file'), '2');
  expect([await gitChanges(outer), await gitChanges(inner)]).toEqual(['changed', 'clean']);
  git(outer, 'checkout', 'file');
  writeFileSync(join(inner, 'file'), '2');
  expect([await gitChanges(outer), await gitChanges(inner)]).toEqual([
    'changed third_party/inner',
    'changed',
  ]);
});

it('returns an empty state outside git', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'git-state-'));
  expect(await gitChanges(outside)).toBe('');
  rmSync(outside, { recursive: true });
});
