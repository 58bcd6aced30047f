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

it('reads paths, addresses and what an update does', () => {
  expect(parseSubmodules(gitmodules)).toEqual([
    { path: 'third_party/a', url: 'https://example.org/a', update: 'none' },
    { path: 'third party/b', url: '../b' },
  ]);
  expect(parseSubmodules('')).toEqual([]);
});

it('asks for a checkout where updates are switched off', () => {
  const commands = parseSubmodules(gitmodules).map((submodule) => fetchArguments(submodule).join(' '));
  expect(commands).toEqual([
    'submodule update --init --checkout third_party/a',
    'submodule update --init third party/b',
  ]);
});
