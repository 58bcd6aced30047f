import { expect, it } from 'vitest';
import { mainPackages } from './packages.js';
import { closureOf } from './closure.js';
import { localModules } from './repository.js';
import { repositoryOf } from './world.spec.helper.js';

const linux = { goos: 'linux', goarch: 'amd64', cgo: false, tags: [] };
const main = 'package main\n';

it.each<[string, string, Record<string, string>, Record<string, string>]>([
  ['the module itself', 'x.org/tool', { 'main.go': main }, { tool: '.' }],
  ['a module of a second major version', 'x.org/tool/v2', { 'main.go': main }, { tool: '.' }],
  ['folders', 'x.org/m', { 'cmd/a/main.go': main, 'cmd/b/main.go': main }, { a: 'cmd/a', b: 'cmd/b' }],
  [
    'folders of one name',
    'x.org/m',
    { 'a/cli/m.go': main, 'b/cli/m.go': main },
    { 'a-cli': 'a/cli', 'b-cli': 'b/cli' },
  ],
  ['one that is kept out by a tag', 'x.org/m', { 'gen/m.go': '//go:build ignore\n\npackage main\n' }, {}],
  [
    'one that wants a tag that nobody set',
    'x.org/m',
    { 'gen/m.go': '//go:build mage\n\npackage main\n' },
    {},
  ],
  ['one of another platform', 'x.org/m', { 'a/m_windows.go': main }, {}],
  ['a test of a main package', 'x.org/m', { 'a/m_test.go': main }, {}],
])('programs of %s', (_, module, sources, expected) => {
  const repository = repositoryOf({ 'go.mod': `module ${module}\n`, ...sources });
  const found = repository.modules.get('.');
  if (!found) throw new Error('there is a module');
  const programs = mainPackages(found, [linux]);
  expect(Object.fromEntries(programs.map(({ name, folder }) => [name, folder]))).toEqual(expected);
});

it('a build takes the packages that its sources import, and names what it takes from elsewhere', () => {
  const repository = repositoryOf({
    'go.mod': 'module x.org/m\nreplace x.org/lib => ./lib\n',
    'main.go': 'package main\nimport (\n"fmt"\n"x.org/m/a"\n"y.org/out/sub"\n)\n',
    'a/a.go': 'package a\nimport "x.org/lib"\n',
    'a/a_windows.go': 'package a\nimport "w.org/windows"\n',
    'a/a_test.go': 'package a\nimport "t.org/test"\n',
    'a/c.go': 'package a\nimport "C"\nimport "c.org/c"\n',
    'unused/u.go': 'package unused\nimport "u.org/u"\n',
    'lib/go.mod': 'module x.org/lib\n',
    'lib/l.go': 'package lib\n',
  });
  const module = repository.modules.get('.');
  if (!module) throw new Error('there is a module');
  const closure = closureOf(module, ['.'], localModules(module, repository), repository, linux);
  expect([...closure.packages.keys()].sort()).toEqual(['.', 'a', 'lib']);
  expect([...(closure.packages.get('a')?.sources.keys() ?? [])]).toEqual(['a.go']);
  expect([...closure.modules.keys()].sort()).toEqual(['.', 'lib']);
  expect(closure.external).toEqual(['y.org/out/sub']);
});
