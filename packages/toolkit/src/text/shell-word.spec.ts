import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { nxRun, shellWord } from './shell-word.js';

describe('a text in a command that a message recommends', () => {
  it.each([
    'a; touch ran',
    '$(touch ran)',
    '`touch ran`',
    "it's",
    "'; touch ran; '",
    '"$HOME"',
    '~/a',
    '!!',
    'a b',
    'two\nlines',
    '# no comment',
    '*',
    '\\',
    '',
  ])('is one word for the shell: %j', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  it.each(['third_party/tool', 'app:build', 'größer', '@scope/name', 'nightly-2026-01-01', 'a=b,c'])(
    'is not quoted unnecessarily: %s',
    (text) => {
      expect(shellWord(text)).toBe(text);
    },
  );
});

it.each([
  ['app:build', 'nx run app:build'],
  ['@scope/app:build:release', 'nx run @scope/app:build:release'],
  ['a;b:build', "nx run 'a;b:build'"],
])('nxRun recommends the task %s as %s', (task, command) => {
  expect(nxRun(task)).toBe(command);
});
