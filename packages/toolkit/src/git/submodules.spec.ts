import { expect, it } from 'vitest';
import { fetchArguments, parseSubmodules } from './submodules.js';

const gitmodules = `[submodule "a"]
	path = third_party/a
	url = https://example.org/a
	update = none
[submodule "b"]
	url = ../b
	path = "third party/b"
`;

it('parses paths, URLs and update modes', () => {
  expect(parseSubmodules(gitmodules)).toEqual([
    { path: 'third_party/a', url: 'https://example.org/a', update: 'none' },
    { path: 'third party/b', url: '../b' },
  ]);
  expect(parseSubmodules('')).toEqual([]);
});

it('requests a checkout if updates are disabled', () => {
  const commands = parseSubmodules(gitmodules).map((submodule) => fetchArguments(submodule).join(' '));
  expect(commands).toEqual([
    'submodule update --init --checkout -- third_party/a',
    'submodule update --init -- third party/b',
  ]);
});

it.each([
  ['blank lines', '\n'.repeat(500_000)],
  ['spaces', ' '.repeat(500_000)],
  ['sections', '[submodule "x"]\n'.repeat(100_000)],
  ['keys without a value', 'path\n'.repeat(200_000)],
  ['equals signs', `path ${'= '.repeat(500_000)}`],
])('parses hundreds of thousands of %s in linear time', (_, filler) => {
  expect(parseSubmodules(`${filler}\n${gitmodules}${filler}\n`).map(({ path }) => path)).toEqual([
    'third_party/a',
    'third party/b',
  ]);
});

it('accepts keys only in submodule sections, and uses the first value of a key', () => {
  const text = 'path = none\n[core]\n\turl = x\n[submodule "a"]\n path=a\n\tpath = b\n\t; path = c\n';
  expect(parseSubmodules(text)).toEqual([{ path: 'a' }]);
});
