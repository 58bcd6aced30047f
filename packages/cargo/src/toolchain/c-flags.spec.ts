import { describe, expect, it } from 'vitest';
import { type CompilerFlagsFacts, prefixMapVariables } from './c-flags.js';

const facts: CompilerFlagsFacts = {
  triple: 'aarch64-unknown-linux-gnu',
  isHost: false,
  env: {},
  configs: [],
};
const ours = '-ffile-prefix-map=/repository=. -ffile-prefix-map=/repository/target=./target';
const variables = (change: Partial<CompilerFlagsFacts>) =>
  prefixMapVariables(
    [
      ['/repository', '.'],
      ['/repository/target', './target'],
    ],
    { ...facts, ...change },
  );
const c = 'CFLAGS_aarch64_unknown_linux_gnu';
const cxx = 'CXXFLAGS_aarch64_unknown_linux_gnu';

describe('the flags of C and C++ compilers', () => {
  it.each<[string, Partial<CompilerFlagsFacts>, Record<string, string>]>([
    ['ours', {}, { [c]: ours, [cxx]: ours }],
    ['behind those of the environment', { env: { CFLAGS: '-O1' } }, { [c]: `-O1 ${ours}`, [cxx]: ours }],
    [
      'behind those that are nearest',
      { env: { CFLAGS: '-O1', TARGET_CFLAGS: '-O2', HOST_CFLAGS: '-O3', [cxx]: '-g' } },
      { [c]: `-O2 ${ours}`, [cxx]: `-g ${ours}` },
    ],
    [
      'behind those of the host',
      { isHost: true, env: { TARGET_CFLAGS: '-O2', HOST_CFLAGS: '-O3' } },
      { [c]: `-O3 ${ours}`, [cxx]: ours },
    ],
    [
      "in the variable with the triple's own hyphens where that is set",
      { env: { 'CFLAGS_aarch64-unknown-linux-gnu': '-O1' } },
      { 'CFLAGS_aarch64-unknown-linux-gnu': `-O1 ${ours}`, [cxx]: ours },
    ],
    [
      "behind those of cargo's configuration",
      { configs: [{ env: { CFLAGS: '-O1', CXXFLAGS: { value: '-O2' } } }, { env: { CFLAGS: '-O3' } }] },
      { [c]: `-O1 ${ours}`, [cxx]: `-O2 ${ours}` },
    ],
    [
      'none where a configuration forces its own',
      { configs: [{ env: { [c]: { value: '-O1', force: true } } }] },
      { [cxx]: ours },
    ],
    [
      'none for a compiler of another kind',
      { env: { CC: '/opt/icc', CXX: 'ccache clang++-14' } },
      { [cxx]: ours },
    ],
    ['ours for zig', { env: { CC: 'zig cc -target x' } }, { [c]: ours, [cxx]: ours }],
    ['none for Microsoft', { triple: 'x86_64-pc-windows-msvc' }, {}],
  ])('are %s', (_, change, expected) => {
    expect(variables(change)).toEqual(expected);
  });

  it('are omitted for a path with whitespace', () => {
    expect(prefixMapVariables([['/my repository', '.']], facts)).toEqual({});
  });
});
