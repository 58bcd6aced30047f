import { describe, expect, it } from 'vitest';
import { localModules, moduleEdges, resolveImport } from './repository.js';
import { repositoryOf } from './world.spec.helper.js';

const mod = (path: string, rest = '') => `module ${path}\n\ngo 1.25\n${rest}`;
const source = (name: string, ...imports: string[]) =>
  `package ${name}\n${imports.map((path) => `import "${path}"\n`).join('')}`;

function edgesOf(files: Readonly<Record<string, string>>): string[] {
  return moduleEdges(repositoryOf(files)).map(
    ({ source: from, target, declaredIn }) => `${from} > ${target}: ${declaredIn}`,
  );
}

describe('edges between modules', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'a requirement that a folder replaces',
      { 'a/go.mod': mod('x/a', 'require x/b v1.0.0\nreplace x/b => ../b\n'), 'b/go.mod': mod('x/b') },
      ['a > b: a/go.mod'],
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
      ['a > b: a/in/a.go'],
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
      ['a > b: a/a_test.go'],
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
      ['. > b: main.go'],
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
      ['a > b2: a/go.mod'],
    ],
    [
      'replacements of a dependency do not count',
      {
        'a/go.mod': mod('x/a', 'require x/b v1.0.0\nreplace x/b => ../b\n'),
        'b/go.mod': mod('x/b', 'require x/c v1.0.0\nreplace x/c => ../c\n'),
        'c/go.mod': mod('x/c'),
      },
      ['a > b: a/go.mod', 'b > c: b/go.mod'],
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
    exists: false,
  });
});

describe('modules', () => {
  it('test data and vendor folders hold none of the repository', () => {
    const repository = repositoryOf({
      'go.mod': mod('x'),
      'testdata/m/go.mod': mod('y'),
      'vendor/z/go.mod': mod('z'),
      '_old/go.mod': mod('old'),
    });
    expect([...repository.modules.keys()]).toEqual(['.']);
  });

  it('one that cannot be read is named, and the others stand', () => {
    const repository = repositoryOf({ 'a/go.mod': 'module\n', 'b/go.mod': mod('x/b') });
    expect([...repository.modules.keys()]).toEqual(['b']);
    expect(repository.errors.get('a/go.mod')).toMatchObject({ code: 'GO_MOD_INVALID' });
  });

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
