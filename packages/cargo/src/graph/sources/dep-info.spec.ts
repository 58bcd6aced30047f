import { describe, expect, it } from 'vitest';
import { parseDepInfo } from './dep-info.js';
import { undeclared } from './undeclared.js';

describe('parseDepInfo', () => {
  it.each([
    ['files of a rule', 'out/a.d: src/lib.rs src/b.rs\n', ['src/lib.rs', 'src/b.rs']],
    ['a space in a name', 'out: my\\ src/lib.rs b.rs\n', ['my src/lib.rs', 'b.rs']],
    ['each file once', 'a: x.rs\nb: x.rs y.rs\n\nx.rs:\ny.rs:\n', ['x.rs', 'y.rs']],
    ['Windows paths', 'C:\\o\\a.d: C:\\s\\lib.rs C:\\s\\b.rs\r\n', ['C:\\s\\lib.rs', 'C:\\s\\b.rs']],
    ['no comment', '# checksum:blake3=1 file_len:1 src/lib.rs\n', []],
  ])('reads %s', (_, text, files) => {
    expect(parseDepInfo(text).files).toEqual(files);
  });

  it('reads variables, with their escapes, and those that were not set', () => {
    const text = 'a: b\n\n# env-dep:GREETING=a=b\\nc\\\\n\n# env-dep:UNSET\n# env-dep:EMPTY=\n';
    expect([...parseDepInfo(text).variables]).toEqual([
      ['GREETING', 'a=b\nc\\n'],
      ['UNSET', undefined],
      ['EMPTY', ''],
    ]);
  });
});

describe('undeclared', () => {
  const folders = { repository: '/repo', workingFolder: '/repo/back', generated: ['/repo/back/target'] };
  const declared = {
    hasFile: (path: string) => path.startsWith('back/src/'),
    hasVariable: (name: string) => name === 'KNOWN',
  };
  it.each([
    ['a declared file', ['src/lib.rs'], []],
    ['a file of the repository', ['../shared/x.json', '/repo/a.txt'], ['a.txt', 'shared/x.json']],
    ['a generated file', ['/repo/back/target/debug/out.rs'], []],
    ['a file of a locked package', ['/home/me/registry/x.rs'], []],
  ])('judges %s', (_, files, expected) => {
    expect(undeclared({ files, variables: new Map() }, declared, folders).files).toEqual(expected);
  });

  it("names variables, but neither declared ones nor cargo's own", () => {
    const names = ['NEW', 'KNOWN', 'CARGO_PKG_VERSION', 'OUT_DIR'];
    const variables = new Map(names.map((name) => [name, '1']));
    expect(undeclared({ files: [], variables }, declared, folders).variables).toEqual(['NEW']);
  });
});
