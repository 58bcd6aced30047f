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
  it('every directive that decides on a build is read, in blocks and alone', () => {
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
    ['no module', 'go 1.25\n', 'go.mod:1 cannot be read', 'it has no module directive'],
    ['a value is missing', 'module x\n\ngo\n', 'go.mod:3 cannot be read', 'the go directive lacks a value'],
    [
      'a block is not closed',
      'module x\nrequire (\n\ta v1\n',
      'go.mod:4 cannot be read',
      'the block "require (" is not closed',
    ],
    [
      'a replacement without an arrow',
      'module x\nreplace a b\n',
      'go.mod:2 cannot be read',
      'a replace directive needs "old => new"',
    ],
    ['a quote is not closed', 'module "x\n', 'go.mod:1 cannot be read', '"x cannot be read'],
  ])('%s: named with the line', (_, broken, what, why) => {
    expect(() => parseGoMod('go.mod', broken)).toThrow(
      expect.objectContaining({ code: 'GO_MOD_INVALID', what, why }) as Error,
    );
  });
});

it('go.work: what it uses and replaces', () => {
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
])('%s is a folder: %s', (path, expected) => {
  expect(isFolder(path)).toBe(expected);
});
