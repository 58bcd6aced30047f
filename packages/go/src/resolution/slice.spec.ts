import { describe, expect, it } from 'vitest';
import { sliceFiles, sliceOf } from './slice.js';
import { inMemoryFiles, repositoryOf } from '../inference/world.spec.helper.js';

const base: Record<string, string> = {
  'a/go.mod': `module x/a

go 1.25

require (
	y.org/used v1.0.0
	y.org/tested v1.0.0
	y.org/deep v1.0.0 // indirect
)
`,
  'a/go.sum': [
    'y.org/used v1.0.0 h1:u=',
    'y.org/used v1.0.0/go.mod h1:um=',
    'y.org/tested v1.0.0 h1:t=',
    'y.org/deep v1.0.0 h1:d=',
    '',
  ].join('\n'),
};

function slice(files: Record<string, string>): string {
  return sliceWith(files, ['y.org/used/pkg']);
}

function sliceWith(files: Record<string, string>, imports: readonly string[] | undefined): string {
  const repository = repositoryOf(files);
  const module = repository.modules.get('a');
  if (!module) throw new Error('the fixture has no module');
  return JSON.stringify(sliceOf(module, imports, ['a'], repository, inMemoryFiles(files).read));
}

const edited = (path: string, from: string, to: string) => {
  expect(base[path]).toContain(from);
  return { ...base, [path]: (base[path] ?? '').replace(from, to) };
};

describe('a slice changes with', () => {
  it.each([
    ['the version of an imported module', edited('a/go.mod', 'y.org/used v1.0.0', 'y.org/used v1.1.0')],
    ['its checksum', edited('a/go.sum', 'h1:u=', 'h1:v=')],
    [
      'the version of an indirectly required module',
      edited('a/go.mod', 'y.org/deep v1.0.0', 'y.org/deep v1.1.0'),
    ],
    ['the language version', edited('a/go.mod', 'go 1.25', 'go 1.24')],
    ['the toolchain', edited('a/go.mod', 'go 1.25', 'go 1.25\ntoolchain go1.26.0')],
    ['a debug setting', edited('a/go.mod', 'go 1.25', 'go 1.25\ngodebug panicnil=1')],
    [
      'a replacement of an imported module',
      edited('a/go.mod', 'go 1.25', 'go 1.25\nreplace y.org/used => z.org/u v1.0.0'),
    ],
    [
      'an exclusion of an imported module',
      edited('a/go.mod', 'go 1.25', 'go 1.25\nexclude y.org/used v1.0.1'),
    ],
    ["the module's path", edited('a/go.mod', 'x/a', 'x/b')],
  ])('%s', (_, files) => {
    expect(slice(files)).not.toBe(slice(base));
  });
});

describe('a slice does not change with', () => {
  it.each([
    [
      'the version of a module that no program imports',
      edited('a/go.mod', 'y.org/tested v1.0.0', 'y.org/tested v1.1.0'),
    ],
    ['its checksum', edited('a/go.sum', 'h1:t=', 'h1:s=')],
    ['the checksum of a go.mod file', edited('a/go.sum', 'h1:um=', 'h1:un=')],
    ['a comment', edited('a/go.mod', 'go 1.25', '// A remark.\ngo 1.25')],
    ['a retraction', edited('a/go.mod', 'go 1.25', 'go 1.25\nretract v1.0.0')],
    [
      'a new requirement that no program imports',
      edited('a/go.mod', 'go 1.25', 'go 1.25\nrequire z.org/new v1.0.0'),
    ],
  ])('%s', (_, files) => {
    expect(slice(files)).toBe(slice(base));
  });
});

it('includes every requirement if the imports are unknown', () => {
  const files = edited('a/go.mod', 'y.org/tested v1.0.0', 'y.org/tested v1.1.0');
  expect(sliceWith(files, undefined)).not.toBe(sliceWith(base, undefined));
});

it('includes the versions that any module of a workspace requires', () => {
  const workspace = (version: string) => ({
    ...base,
    'go.work': 'go 1.25\nuse ./a\nuse ./b\n',
    'go.work.sum': '',
    'b/go.mod': `module x/b\nrequire y.org/used ${version}\n`,
  });
  expect(slice(workspace('v1.2.0'))).not.toBe(slice(workspace('v1.3.0')));
  const repository = repositoryOf(workspace('v1.2.0'));
  const module = repository.modules.get('a');
  expect(module && sliceFiles(module, repository)).toEqual([
    'a/go.mod',
    'a/go.sum',
    'b/go.mod',
    'b/go.sum',
    'go.work',
    'go.work.sum',
  ]);
});

it('a slice is cut in linear time from as many checksums as there are imports', () => {
  const paths = Array.from({ length: 20_000 }, (_, index) => `y.org/m${index}`);
  const files = {
    'a/go.mod': `module x/a\n\nrequire (\n${paths.map((path) => `\t${path} v1.0.0\n`).join('')})\n`,
    'a/go.sum': paths.map((path) => `${path} v1.0.0 h1:x=\n`).join(''),
  };
  const imports = paths.map((path, index) => (index % 2 === 0 ? `${path}/pkg` : `${path}-other/pkg`));
  const started = process.cpuUsage();
  const { sums } = JSON.parse(sliceWith(files, imports)) as { sums: string[] };
  expect(sums).toHaveLength(10_000);
  // In quadratic time it took 40 s.
  expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(10);
});
