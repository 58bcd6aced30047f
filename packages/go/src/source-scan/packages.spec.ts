import { describe, expect, it } from 'vitest';
import { exclusionOf } from './exclusion.js';
import { mainPackages, availabilityOf } from './packages.js';
import { closureOf } from '../resolution/closure.js';
import { localModules } from '../resolution/local-modules.js';
import { repositoryOf } from '../inference/world.spec.helper.js';

const linux = { goos: 'linux', goarch: 'amd64', cgo: false, tags: [] };
const main = 'package main\n';

it.each<[string, string, Record<string, string>, Record<string, string>]>([
  ['the module itself', 'x.org/tool', { 'main.go': main }, { tool: '.' }],
  ['a module with a major version suffix', 'x.org/tool/v2', { 'main.go': main }, { tool: '.' }],
  ['folders', 'x.org/m', { 'cmd/a/main.go': main, 'cmd/b/main.go': main }, { a: 'cmd/a', b: 'cmd/b' }],
  [
    'folders with the same name',
    'x.org/m',
    { 'a/cli/m.go': main, 'b/cli/m.go': main },
    { 'a-cli': 'a/cli', 'b-cli': 'b/cli' },
  ],
  ['a program excluded by a tag', 'x.org/m', { 'gen/m.go': '//go:build ignore\n\npackage main\n' }, {}],
  [
    'a program that requires an unset tag',
    'x.org/m',
    { 'gen/m.go': '//go:build mage\n\npackage main\n' },
    {},
  ],
  [
    'a program that requires a version of Go',
    'x.org/m',
    { 'play/m.go': '//go:build go1.23\n\npackage main\n' },
    { play: 'play' },
  ],
  ['a program that requires an old Go', 'x.org/m', { 'old/m.go': '//go:build !go1.5\n\npackage main\n' }, {}],
  ['a program for another platform', 'x.org/m', { 'a/m_windows.go': main }, {}],
  ['a test of a main package', 'x.org/m', { 'a/m_test.go': main }, {}],
  ['a program that consists of C code', 'x.org/m', { 'a/m.go': 'package main\n\nimport "C"\n' }, { a: 'a' }],
  [
    'a program with C code for another platform',
    'x.org/m',
    { 'a/m_windows.go': 'package main\n\nimport "C"\n' },
    {},
  ],
])('programs of %s', (_, module, sources, expected) => {
  const repository = repositoryOf({ 'go.mod': `module ${module}\n`, ...sources });
  const found = repository.modules.get('.');
  if (!found) throw new Error('the fixture has no module');
  const programs = mainPackages(found, [linux]);
  expect(Object.fromEntries(programs.map(({ name, folder }) => [name, folder]))).toEqual(expected);
});

const withC = 'package main\n\nimport "C"\n';

it.each<
  [string, Record<string, string>, boolean, string, { needsCgo: boolean; files: string[] } | undefined]
>([
  ['a plain file', { 'm.go': main }, false, 'built', undefined],
  ['C code with cgo', { 'm.go': withC }, true, 'built', undefined],
  [
    'C code without cgo',
    { 'm.go': withC },
    false,
    'needs cgo',
    { needsCgo: true, files: ['m.go imports "C"'] },
  ],
  ['C code beside Go', { 'c.go': withC, 'm.go': main }, false, 'built', undefined],
  [
    'a file that requires cgo by a constraint',
    { 'm.go': '//go:build cgo\n\npackage main\n' },
    false,
    'needs cgo',
    { needsCgo: true, files: ['m.go has //go:build cgo'] },
  ],
  [
    'files for other platforms',
    { 'm_windows.go': main, 'n.go': '//go:build darwin\n\npackage main\n', 'm_test.go': main },
    false,
    'left out',
    {
      needsCgo: false,
      files: ['the name of m_windows.go selects another platform', 'n.go has //go:build darwin'],
    },
  ],
  [
    'C code for another platform',
    { 'm_windows.go': withC },
    false,
    'left out',
    { needsCgo: false, files: ['m_windows.go imports "C"'] },
  ],
  ['a file with a custom tag', { 'm.go': '//go:build mine\n\npackage main\n' }, false, 'left out', undefined],
])('determines the presence of %s', (_, files, cgo, presence, absence) => {
  const pkg = repositoryOf({ 'go.mod': 'module x\n', ...files })
    .modules.get('.')
    ?.packages.get('.');
  if (!pkg) throw new Error('the fixture has no package');
  expect(availabilityOf(pkg, { ...linux, cgo })).toBe(presence);
  expect(exclusionOf(pkg, { ...linux, cgo })).toEqual(absence);
});

it('closureOf returns the imported packages and the external imports', () => {
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
  if (!module) throw new Error('the fixture has no module');
  const closure = closureOf(module, ['.'], localModules(module, repository), repository, linux);
  expect([...closure.packages.keys()].sort()).toEqual(['.', 'a', 'lib']);
  expect([...(closure.packages.get('a')?.sources.keys() ?? [])]).toEqual(['a.go']);
  expect([...closure.modules.keys()].sort()).toEqual(['.', 'lib']);
  expect(closure.external).toEqual(['y.org/out/sub']);
});

describe('a module in a folder, with imports of external modules', () => {
  const main = (imported: string) => `package main\nimport "${imported}"\nfunc main() {}\n`;
  const closure = (imported: string, version: string) => {
    const repository = repositoryOf({
      'app/go.mod': `module x.org/app\nrequire y.org/out v1.0.0\nrequire x.org/sys ${version} // indirect\nreplace x.org/sys => ../sys\n`,
      'app/own/own.go': 'package own\n',
      'app/main.go': main(imported),
      'sys/go.mod': 'module x.org/sys\n',
      'sys/unix/unix.go': 'package unix\n',
      'sys/unix/unix_test.go': 'package unix\n',
    });
    const module = repository.modules.get('app');
    if (!module) throw new Error('the fixture has no module');
    return closureOf(module, ['app'], localModules(module, repository), repository, linux);
  };

  it('is included with all packages, because external modules may import it', () => {
    const through = closure('y.org/out', 'v1.0.0');
    expect([...through.packages.keys()].sort()).toEqual(['app', 'sys/unix']);
    expect([...(through.packages.get('sys/unix')?.sources.keys() ?? [])]).toEqual(['unix.go']);
    expect([...through.modules.keys()].sort()).toEqual(['app', 'sys']);
  });

  it.each([
    ['no external module is imported', 'x.org/app/own', 'v1.0.0', ['app', 'app/own']],
    [
      'its version is older than any that external modules can require',
      'y.org/out',
      'v0.0.0-00010101000000-000000000000',
      ['app'],
    ],
  ])('is left out if %s', (_, imported, version, packages) => {
    expect([...closure(imported, version).packages.keys()].sort()).toEqual(packages);
  });
});
