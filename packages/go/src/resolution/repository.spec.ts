import { describe, expect, it } from 'vitest';
import { checkedModules, moduleEdges } from './module-edges.js';
import { resolveImport, localModules } from './local-modules.js';
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
      'a requirement replaced by a folder',
      { 'a/go.mod': mod('x/a', 'require x/b v1.0.0\nreplace x/b => ../b\n'), 'b/go.mod': mod('x/b') },
      ['a > b'],
    ],
    [
      'a requirement without replacement refers to the proxy',
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
      'a workspace that does not use the module is ignored',
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
      'the longest matching module path wins',
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
      'another major version, which is required but not replaced (k6)',
      {
        'go.mod': mod('x/tool/v2'),
        'lib/l.go': source('lib'),
        'examples/go.mod': mod('x/tool/examples', 'replace x/tool => ../\nrequire x/tool/v2 v2.0.0\n'),
        'examples/e.go': source('examples', 'x/tool/v2/lib'),
      },
      [],
    ],
    [
      'another major version is a separate module',
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
      'replacements of a dependency are ignored',
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

it('resolves an import of a package that is not generated yet to its module', () => {
  const repository = repositoryOf({
    'a/go.mod': mod('x/a', 'replace x/client => ../client\n'),
    'client/go.mod': mod('x/client'),
  });
  const module = repository.modules.get('a');
  if (!module) throw new Error('the fixture has no module');
  expect(resolveImport('x/client/api', localModules(module, repository), repository)).toMatchObject({
    folder: 'client/api',
    pkg: undefined,
  });
});

it('ignores go.work files with GOWORK=off', () => {
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
  it('ignores go.mod files in testdata and vendor folders', () => {
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
  ])('%s adds a module from an ignored folder, but not as a project', (_, files, folder) => {
    const repository = repositoryOf({
      ...files,
      'main.go': source('main', 'y'),
      [`${folder}/y.go`]: source('y'),
    });
    const module = repository.modules.get('.');
    if (!module) throw new Error('the fixture has no module');
    expect(resolveImport('y', localModules(module, repository), repository)).toMatchObject({ folder });
    expect([...repository.modules.values()].filter(({ isProject }) => isProject)).toEqual([module]);
  });

  it('reports an invalid module, and keeps the others', () => {
    const repository = repositoryOf({ 'a/go.mod': 'module\n', 'b/go.mod': mod('x/b') });
    expect([...repository.modules.keys()]).toEqual(['b']);
    expect(repository.errors.get('a/go.mod')).toMatchObject({ code: 'GO_MOD_INVALID' });
  });

  it.each(['', '\n', '// Not part of the module above.\n'])(
    'treats a go.mod without directives (%j) as a boundary and not as a module',
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

  it('lists folders outside the repository separately', () => {
    const repository = repositoryOf({
      'a/go.mod': mod('x/a', 'replace x/b => ../../b\nreplace x/c => /srv/c\n'),
    });
    const module = repository.modules.get('a');
    if (!module) throw new Error('the fixture has no module');
    const local = localModules(module, repository);
    expect(local.outside).toEqual(['../b', '/srv/c']);
    expect(resolveImport('x/b', local, repository)).toBeUndefined();
  });
});

describe('checkedModules', () => {
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

  it('follows the replacements of the module, but not those of its dependencies', () => {
    expect(checked('a', files)).toEqual(['b', 'e']);
    expect(checked('b', files)).toEqual(['c']);
  });

  it('ignores imports in tests of dependencies', () => {
    const work = { ...files, 'go.work': 'use (\n./a\n./b\n./d\n)\n' };
    expect(checked('a', work)).toEqual(['b', 'c', 'e']);
    expect(checked('b', work)).toEqual(['c', 'd', 'e']);
  });
});
