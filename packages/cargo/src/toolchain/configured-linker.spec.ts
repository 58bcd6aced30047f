import { MillwrightError } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { checkConfiguredLinker, configuredLinker } from './configured-linker.js';

const triple = 'x86_64-unknown-linux-gnu';
const config = (table: object) => [{ target: { [triple]: table } }];

describe("the linker in cargo's configuration", () => {
  it.each<[string, Parameters<typeof configuredLinker>, unknown]>([
    ['nothing said', [triple, {}, []], {}],
    [
      'a linker, and one that it is to use',
      [triple, {}, config({ linker: 'clang', rustflags: ['-C', 'link-arg=-fuse-ld=mold'] })],
      { program: 'clang', fuseLd: 'mold' },
    ],
    ['flags as one text', [triple, {}, config({ rustflags: '-Clink-arg=-fuse-ld=lld' })], { fuseLd: 'lld' }],
    ['another triple', ['aarch64-unknown-linux-gnu', {}, config({ linker: 'clang' })], {}],
    [
      'the environment first',
      [
        triple,
        { CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER: 'gcc', RUSTFLAGS: '-g' },
        config({ linker: 'clang', rustflags: ['-Clink-arg=-fuse-ld=mold'] }),
      ],
      { program: 'gcc' },
    ],
  ])('%s', (_, given, expected) => {
    expect(configuredLinker(...given)).toEqual({
      program: undefined,
      fuseLd: undefined,
      ...(expected as object),
    });
  });
});

describe('a configured linker that is not installed', () => {
  const check = (program: string | undefined, fuseLd: string | undefined, ...there: string[]) => {
    try {
      checkConfiguredLinker({ program, fuseLd }, (name) => there.includes(name));
      return undefined;
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      return `${error.what}: ${error.remedy}`;
    }
  };

  it.each([
    ['all there', ['clang', 'mold', 'clang', 'ld.mold'], undefined],
    [
      'both missing',
      ['clang', 'mold'],
      'the linkers clang and mold are not installed: apt-get install clang mold',
    ],
    [
      'under another package',
      ['cc', 'gold', 'cc'],
      'the linker gold is not installed: apt-get install binutils',
    ],
    ['a path is for cargo to find', ['./tools/link', undefined], undefined],
  ] as const)('%s', (_, [program, fuseLd, ...there], expected) => {
    expect(check(program, fuseLd, ...there)).toBe(expected);
  });
});
