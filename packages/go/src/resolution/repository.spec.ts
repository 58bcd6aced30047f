import { describe, expect, it } from 'vitest';
import { checkedModules, localModules, moduleEdges, resolveImport } from './repository.js';
import { repositoryOf } from '../inference/world.spec.helper.js';

const mod = (path: string, rest = '') => `module ${path}\n\ngo 1.25\n${rest}`;
const source = (name: string, ...imports: string[]) =>
  `package ${name}\n${imports.map((path) => `import "${path}"\n`).join('')}`;

function edgesOf(files: Readonly<Record<string, string>>): string[] {
  return moduleEdges(repositoryOf(files)).map(({ source: from, target }) => `${from} > ${target}`);
}

describe('edges between modules', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'a requirement that a folder replaces',
      { 'a/go.mod': mod('x/a', 'require x/b v1.0.0\nreplace x/b => ../b\n'), 'b/go.mod': mod('x/b') },
      ['a > b'],
    ],
    [
      'a requirement alone means what the proxy has',
      {
        'a/go.mod': mod('x/a', 'require x/b v1.0.0\n'),
        'a/a.go': source('a', 'x/b'),
        'b/go.mod': mod('x/b'),
        'b/b.go': source('b'),
      },
      [],
    ],
    [
      'an import through a workspace',
      {
        'go.work': 'use ./a\nuse ./b\n',
        'a/go.mod': mod('x/a'),
        'a/in/a.go': source('in', 'x/b/sub'),
        'b/go.mod': mod('x/b'),
        'b/sub/b.go': source('sub'),
      },
      ['a > b'],
    ],
    [
      'an import by a test',
      {
        'go.work': 'use (\n./a\n./b\n)\n',
        'a/go.mod': mod('x/a'),
        'a/a_test.go': source('a', 'x/b'),
        'b/go.mod': mod('x/b'),
        'b/b.go': source('b'),
      },
      ['a > b'],
    ],
    [
      'a workspace that does not use the module is not looked at',
      {
        'go.work': 'use ./b\n',
        'a/go.mod': mod('x/a'),
        'a/a.go': source('a', 'x/b'),
        'b/go.mod': mod('x/b'),
        'b/b.go': source('b'),
      },
      [],
    ],
    [
      'the longest module path that has the package wins',
      {
        'go.work': 'use .\nuse ./b\n',
        'go.mod': mod('x'),
        'main.go': source('main', 'x/b/sub', 'x/other'),
        'other/o.go': source('other'),
        'b/go.mod': mod('x/b'),
        'b/sub/s.go': source('sub'),
      },
      ['. > b'],
    ],
    [
      'a second major version is another module',
      {
        'a/go.mod': mod('x/a', 'require x/b/v2 v2.0.0\nreplace x/b/v2 => ../b2\n'),
        'a/a.go': source('a', 'x/b/v2/sub'),
        'b/go.mod': mod('x/b'),
        'b2/go.mod': mod('x/b/v2'),
        'b2/sub/s.go': source('sub'),
      },
      ['a > b2'],
    ],
    [
      'replacements of a dependency do not count',
      {
        'a/go.mod': mod('x/a', 'require x/b v1.0.0\nreplace x/b => ../b\n'),
        'b/go.mod': mod('x/b', 'require x/c v1.0.0\nreplace x/c => ../c\n'),
        'c/go.mod': mod('x/c'),
      },
      ['a > b', 'b > c'],
    ],
  ])('%s', (_, files, expected) => {
    expect(edgesOf(files)).toEqual(expected);
  });
});

it('an import of a package that is yet to be generated leads to its module all the same', () => {
  const repository = repositoryOf({
    'a/go.mod': mod('x/a', 'replace x/client => ../client\n'),
    'client/go.mod': mod('x/client'),
  });
  const module = repository.modules.get('a');
  if (!module) throw new Error('there is a module');
  expect(resolveImport('x/client/api', localModules(module, repository), repository)).toMatchObject({
    folder: 'client/api',
    pkg: undefined,
  });
});

it('GOWORK=off leaves go.work files out', () => {
  const files = {
    'go.work': 'use (\n./a\n./b\n)\n',
    'a/go.mod': mod('x/a'),
    'a/a.go': source('a', 'x/b'),
    'b/go.mod': mod('x/b'),
    'b/b.go': source('b'),
  };
  expect(moduleEdges(repositoryOf(files))).toHaveLength(1);
  const off = repositoryOf(files, 'off');
  expect(moduleEdges(off)).toEqual([]);
  expect(off.modules.get('a')?.workspace).toBeUndefined();
});

describe('modules', () => {
  it('test data and vendor folders hold none of the repository', () => {
    const repository = repositoryOf({
      'go.mod': mod('x'),
      'testdata/m/go.mod': mod('y'),
      'vendor/z/go.mod': mod('z'),
      '_old/go.mod': mod('old'),
      '.hidden/go.mod': mod('hidden'),
      'node_modules/n/go.mod': mod('n'),
    });
    expect([...repository.modules.keys()]).toEqual(['.']);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a replacement',
      { 'go.mod': mod('x', 'replace y => ./testdata/y\n'), 'testdata/y/go.mod': mod('y') },
      'testdata/y',
    ],
    [
      'a go.work file',
      { 'go.mod': mod('x'), 'go.work': 'use (\n.\n./_tools\n)\n', '_tools/go.mod': mod('y') },
      '_tools',
    ],
    [
      'a replacement of a go.work file',
      { 'go.mod': mod('x'), 'go.work': 'use .\nreplace y => ./.y\n', '.y/go.mod': mod('y') },
      '.y',
    ],
    [
      'a replacement of a module that a go.work file brings',
      {
        'go.mod': mod('x'),
        'go.work': 'use (\n.\n./_a\n)\n',
        '_a/go.mod': mod('a', 'replace y => ../_y\n'),
        '_y/go.mod': mod('y'),
      },
      '_y',
    ],
  ])('%s brings a module from a folder that is passed over, and makes it no project', (_, files, folder) => {
    const repository = repositoryOf({
      ...files,
      'main.go': source('main', 'y'),
      [`${folder}/y.go`]: source('y'),
    });
    const module = repository.modules.get('.');
    if (!module) throw new Error('there is a module');
    expect(resolveImport('y', localModules(module, repository), repository)).toMatchObject({ folder });
    expect([...repository.modules.values()].filter(({ isProject }) => isProject)).toEqual([module]);
  });

  it('one that cannot be read is named, and the others stand', () => {
    const repository = repositoryOf({ 'a/go.mod': 'module\n', 'b/go.mod': mod('x/b') });
    expect([...repository.modules.keys()]).toEqual(['b']);
    expect(repository.errors.get('a/go.mod')).toMatchObject({ code: 'GO_MOD_INVALID' });
  });

  it.each(['', '\n', '// Not part of the module above.\n'])(
    'a go.mod that says nothing (%j) is no module, without an error, and ends the module above',
    (text) => {
      const repository = repositoryOf({
        'go.mod': mod('x'),
        'a.go': source('x'),
        'apart/go.mod': text,
        'apart/a.go': source('apart'),
      });
      expect([...repository.modules.keys()]).toEqual(['.']);
      expect(repository.errors.size).toBe(0);
      expect([...(repository.modules.get('.')?.packages.keys() ?? [])]).toEqual(['.']);
    },
  );

  it('folders out of the repository are told apart', () => {
    const repository = repositoryOf({
      'a/go.mod': mod('x/a', 'replace x/b => ../../b\nreplace x/c => /srv/c\n'),
    });
    const module = repository.modules.get('a');
    if (!module) throw new Error('there is a module');
    const local = localModules(module, repository);
    expect(local.outside).toEqual(['../b', '/srv/c']);
    expect(resolveImport('x/b', local, repository)).toBeUndefined();
  });
});

describe('the modules that the checks of a module read', () => {
  const checked = (root: string, files: Readonly<Record<string, string>>) => {
    const repository = repositoryOf(files);
    const module = repository.modules.get(root);
    if (!module) throw new Error(`no module in ${root}`);
    return checkedModules(module, localModules(module, repository), repository);
  };
  const files = {
    'a/go.mod': mod('x/a', 'require x/b v1.0.0\nreplace x/b => ../b\nreplace x/e => ../e\n'),
    'a/a.go': source('a', 'x/b'),
    'b/go.mod': mod('x/b', 'require x/c v1.0.0\nreplace x/c => ../c\n'),
    'b/b.go': source('b', 'x/c', 'x/e'),
    'b/b_test.go': source('b', 'x/d'),
    'c/go.mod': mod('x/c'),
    'c/c.go': source('c'),
    'd/go.mod': mod('x/d'),
    'd/d.go': source('d'),
    'e/go.mod': mod('x/e'),
    'e/e.go': source('e'),
  };

  it('are found by its own replacements, not by those of its dependencies', () => {
    expect(checked('a', files)).toEqual(['b', 'e']);
    expect(checked('b', files)).toEqual(['c']);
  });

  it('leave out what the tests of its dependencies import', () => {
    const work = { ...files, 'go.work': 'use (\n./a\n./b\n./d\n)\n' };
    expect(checked('a', work)).toEqual(['b', 'c', 'e']);
    expect(checked('b', work)).toEqual(['c', 'd', 'e']);
  });
});
