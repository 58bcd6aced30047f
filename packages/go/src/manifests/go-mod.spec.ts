import { describe, expect, it } from 'vitest';
import { isFolder, parseGoMod, parseGoWork } from './go-mod.js';

const text = `// A comment.
module "example.org/tool/v2" // Deprecated: gone

go 1.25.0
toolchain go1.26.1
godebug default=go1.21

require example.org/one v1.2.3
require (
	example.org/two v0.0.0-20240102030405-abcdefabcdef // indirect
	example.org/three/v3 v3.0.0+incompatible // indirect; and more
)
exclude example.org/one v1.2.2
replace example.org/one => ../one
replace (
	example.org/two v0.1.0 => example.org/fork v0.1.1
	\`example.org/four\` => /srv/four
)
retract [v1.0.0, v1.1.0] // broken
tool example.org/one/cmd/gen
ignore ./web
`;

describe('go.mod', () => {
  it('parses every directive that affects a build, in blocks and alone', () => {
    expect(parseGoMod('go.mod', text)).toEqual({
      module: 'example.org/tool/v2',
      go: '1.25.0',
      toolchain: 'go1.26.1',
      godebug: ['default=go1.21'],
      require: [
        { path: 'example.org/one', version: 'v1.2.3', indirect: false },
        { path: 'example.org/two', version: 'v0.0.0-20240102030405-abcdefabcdef', indirect: true },
        { path: 'example.org/three/v3', version: 'v3.0.0+incompatible', indirect: true },
      ],
      exclude: [{ path: 'example.org/one', version: 'v1.2.2' }],
      replace: [
        { old: { path: 'example.org/one', version: undefined }, new: { path: '../one', version: undefined } },
        {
          old: { path: 'example.org/two', version: 'v0.1.0' },
          new: { path: 'example.org/fork', version: 'v0.1.1' },
        },
        {
          old: { path: 'example.org/four', version: undefined },
          new: { path: '/srv/four', version: undefined },
        },
      ],
    });
  });

  it.each([
    ['no module', 'go 1.25\n', 1, 'it has no module directive'],
    ['a value is missing', 'module x\n\ngo\n', 3, 'the go directive requires a value, but has none'],
    ['a block is not closed', 'module x\nrequire (\n\ta v1\n', 4, 'the block "require (" is not closed'],
    [
      'a replacement without an arrow',
      'module x\nreplace a b\n',
      2,
      'a replace directive requires "old => new"',
    ],
    ['a quote is not closed', 'module "x\n', 1, 'cannot parse "x'],
    [
      'a template of a module path',
      'module {{.Module}}\n',
      1,
      'the module directive requires a value, but has { { .Module } }',
    ],
    ['a mark in a module path', 'module @@NAME@@\n', 1, '"@@NAME@@" is not a module path'],
    ['a mark in angles', 'module <name>\n', 1, '"<name>" is not a module path'],
    ['a quoted template', 'module "{{ .M }}"\n', 1, '"{{ .M }}" is not a module path'],
    [
      'a template of a version',
      'module x\n\ngo {{.Version}}\n',
      3,
      'the go directive requires a value, but has { { .Version } }',
    ],
    ['a version that is none', 'module x\ngo v1.25.x\n', 2, 'v1.25.x is not a Go version, such as 1.25'],
    ['a line of a template', 'module x\n{% if y %}\n', 2, '"{" is not a directive'],
    ['a second module', 'module x\nmodule y\n', 2, 'it has a second module directive'],
    [
      'a requirement with a template',
      'module x\nrequire (\n\ty {{.V}}\n)\n',
      3,
      'the require directive requires 2 values, but has y { { .V } }',
    ],
  ])('%s: named with the line', (_, broken, line, why) => {
    expect(() => parseGoMod('go.mod', broken)).toThrow(
      expect.objectContaining({ code: 'GO_MOD_INVALID', location: { file: 'go.mod', line }, why }) as Error,
    );
  });
});

it.each([
  ['a comment directly after a word', 'module x//y\n'],
  ['a directive of a later Go', 'module x\nlater y z\n'],
  ['Windows line ends', 'module x\r\n\r\ngo 1.25\r\n'],
  ['a release candidate', 'module x\ngo 1.27rc1\n'],
])('accepts %s', (_, taken) => {
  expect(parseGoMod('go.mod', taken).module).toBe('x');
});

it('reads a line of a megabyte', () => {
  expect(parseGoMod('go.mod', `module x\nlater ${'a('.repeat(500_000)}\n`).module).toBe('x');
});

it('parses `use` and `replace` in go.work', () => {
  expect(
    parseGoWork('go.work', 'go 1.25\n\nuse (\n\t./a\n\t./b // second\n)\nuse c\nreplace x => ./x\n'),
  ).toEqual({
    go: '1.25',
    toolchain: undefined,
    godebug: [],
    use: ['./a', './b', 'c'],
    replace: [{ old: { path: 'x', version: undefined }, new: { path: './x', version: undefined } }],
  });
});

it.each([
  ['./x', true],
  ['../x', true],
  ['..', true],
  ['/srv/x', true],
  ['example.org/x', false],
  ['.hidden.org/x', false],
])('isFolder(%s) returns %s', (path, expected) => {
  expect(isFolder(path)).toBe(expected);
});
