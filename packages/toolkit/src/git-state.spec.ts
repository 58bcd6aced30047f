import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { gitState } from './git-state.js';

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
