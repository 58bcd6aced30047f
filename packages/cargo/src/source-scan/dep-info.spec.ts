import { describe, expect, it } from 'vitest';
import { parseDepInfo } from './dep-info.js';

describe('parseDepInfo', () => {
  it.each([
    ['files of a rule', 'out/a.d: src/lib.rs src/b.rs\n', ['src/lib.rs', 'src/b.rs']],
    ['a space in a name', 'out: my\\ src/lib.rs b.rs\n', ['my src/lib.rs', 'b.rs']],
    ['each file once', 'a: x.rs\nb: x.rs y.rs\n\nx.rs:\ny.rs:\n', ['x.rs', 'y.rs']],
    ['Windows paths', 'C:\\o\\a.d: C:\\s\\lib.rs C:\\s\\b.rs\r\n', ['C:\\s\\lib.rs', 'C:\\s\\b.rs']],
    ['no comment', '# checksum:blake3=1 file_len:1 src/lib.rs\n', []],
  ])('parses %s', (_, text, files) => {
    expect(parseDepInfo(text).files).toEqual(files);
  });

  it('parses variables with escapes, and unset variables', () => {
    const text = 'a: b\n\n# env-dep:GREETING=a=b\\nc\\\\n\n# env-dep:UNSET\n# env-dep:EMPTY=\n';
    expect([...parseDepInfo(text).variables]).toEqual([
      ['GREETING', 'a=b\nc\\n'],
      ['UNSET', undefined],
      ['EMPTY', ''],
    ]);
  });
});
