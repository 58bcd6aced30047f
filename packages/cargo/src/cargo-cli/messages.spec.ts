import { describe, expect, it } from 'vitest';
import { finalFiles, parseCargoMessage, parseProgress } from './messages.js';

describe("cargo's messages", () => {
  it.each([
    ['text of a build tool', 'Compiling something'],
    ['a broken line', '{"reason":"compiler-artifact",'],
    ['another message', '{"reason":"build-finished","success":true}'],
  ])('ignores %s', (_, line) => {
    expect(parseCargoMessage(line)).toBeUndefined();
  });

  it.each([
    ['a binary', { kind: ['bin'], crate_types: ['bin'] }, ['/t/x'], '/t/x', ['/t/x']],
    ['a library', { kind: ['lib'], crate_types: ['lib'] }, ['/t/libx.rlib', '/t/libx.rmeta'], null, []],
    [
      'a C library beside a Rust one',
      { kind: ['cdylib', 'rlib'], crate_types: ['cdylib', 'rlib'] },
      ['/t/libx.so', '/t/libx.rlib'],
      null,
      ['/t/libx.so'],
    ],
    [
      'a static library',
      { kind: ['staticlib'], crate_types: ['staticlib'] },
      ['/t/libx.a'],
      null,
      ['/t/libx.a'],
    ],
    ['a proc macro', { kind: ['proc-macro'], crate_types: ['proc-macro'] }, ['/t/libx.so'], null, []],
  ])('finds the final files of %s', (_, target, filenames, executable, expected) => {
    const message = {
      reason: 'compiler-artifact',
      package_id: 'x',
      target: { name: 'x', ...target },
      filenames,
      executable,
      fresh: false,
    } as const;
    expect(finalFiles(message)).toEqual(expected);
  });

  it('reads the progress from the last count that the progress bar printed', () => {
    expect(
      parseProgress('   Building [=>   ] 3/10: a\r   Building [==>  ] 4/10: b, c\r   Compiling d'),
    ).toEqual({ done: 4, total: 10 });
    expect(parseProgress('   Compiling d v0.1.0')).toBeUndefined();
  });
});
