import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { gitChanges, gitState } from './git-state.js';

const folder = mkdtempSync(join(tmpdir(), 'git-state-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
const commit = () => git('commit', '--allow-empty', '--message', 'x');

it('changes with commit, branch and tag, whether packed or not, and with nothing else', () => {
  git('init', '--initial-branch=main');
  const states = [gitState(folder)];
  for (const step of [
    commit,
    commit,
    () => git('tag', 'one'),
    () => git('switch', '--create', 'other'),
    () => git('pack-refs', '--all'),
  ]) {
    step();
    states.push(gitState(folder));
  }
  expect(new Set(states).size).toBe(states.length);
  expect(gitState(folder)).toBe(states.at(-1));
  git('worktree', 'add', join(folder, 'tree'), 'main');
  expect(gitState(join(folder, 'tree'))).not.toBe(states.at(-1));
});

it('tells a changed work tree from a clean one, by tracked files alone', async () => {
  const at = (path: string) => join(folder, path);
  writeFileSync(at('tracked'), '1');
  writeFileSync(at('other'), '1');
  git('add', 'tracked', 'other');
  commit();
  expect(await gitChanges(folder)).toBe('clean');
  writeFileSync(at('untracked'), '1');
  expect(await gitChanges(folder)).toBe('clean');
  writeFileSync(at('tracked'), '2');
  expect(await gitChanges(folder)).toBe('changed');
  git('add', 'tracked');
  writeFileSync(at('other'), '2');
  expect(await gitChanges(folder)).toBe('changed');
  git('commit', '--all', '--message', 'y');
  expect(await gitChanges(folder)).toBe('clean');
});

it('names the submodules that are not as they are recorded', async () => {
  const source = mkdtempSync(join(tmpdir(), 'git-state-'));
  try {
    const inSource = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: source });
    inSource('init', '--quiet');
    writeFileSync(join(source, 'file'), '1');
    inSource('add', 'file');
    inSource('commit', '--quiet', '--message', 'x');
    git('-c', 'protocol.file.allow=always', 'submodule', 'add', source, 'below/sub');
    commit();
    expect(await gitChanges(folder)).toBe('clean');
    writeFileSync(join(folder, 'below/sub/file'), '2');
    expect(await gitChanges(folder)).toBe('changed below/sub');
  } finally {
    rmSync(source, { recursive: true });
  }
});

it('says nothing outside git', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'git-state-'));
  expect(await gitChanges(outside)).toBe('');
  rmSync(outside, { recursive: true });
});
