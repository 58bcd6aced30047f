import { describe, expect, it } from 'vitest';
import { chooseLinker, type LinkerTools } from './linkers.js';
import type { Toolchain } from './locate.js';

describe('choosing a linker', () => {
  const toolchain: Toolchain = {
    name: 'stable',
    cargo: '/c',
    rustc: '/r',
    sysroot: '/s',
    host: 'x86_64-unknown-linux-gnu',
  };
  const none: LinkerTools = {
    cc: undefined,
    gcc: undefined,
    zigbuild: undefined,
    zig: undefined,
    appleSdk: undefined,
  };
  const arm = 'aarch64-unknown-linux-gnu';
  const request = {
    triple: arm,
    requested: 'auto',
    configured: false,
    nameHost: false,
    buildsStandard: false,
  } as const;

  it.each([
    [
      "prefers the user's configured linker",
      { ...request, configured: true },
      { ...none, gcc: '/x-gcc' },
      'configured',
      arm,
    ],
    [
      'uses the native linker for the host, without --target',
      { ...request, triple: toolchain.host },
      { ...none, cc: '/cc' },
      'native',
      undefined,
    ],
    [
      'uses the native linker for the host, with --target if build.target is set',
      { ...request, triple: toolchain.host, nameHost: true },
      { ...none, cc: '/cc' },
      'native',
      toolchain.host,
    ],
    [
      'uses the native linker for musl on the same architecture',
      { ...request, triple: 'x86_64-unknown-linux-musl' },
      { ...none, cc: '/cc' },
      'native',
      'x86_64-unknown-linux-musl',
    ],
    ['uses a cross gcc', request, { ...none, cc: '/cc', gcc: '/usr/bin/aarch64-linux-gnu-gcc' }, 'gcc', arm],
    [
      'uses zigbuild if there is no gcc',
      request,
      { ...none, cc: '/cc', zigbuild: '/z', zig: '/zig' },
      'zigbuild',
      arm,
    ],
    [
      'prefers zigbuild, with a version suffix, for a minimum glibc',
      { ...request, glibc: '2.28' },
      { ...none, gcc: '/x-gcc', zigbuild: '/z', zig: '/zig' },
      'zigbuild',
      `${arm}.2.28`,
    ],
    [
      'uses zigbuild for musl if the standard library is built from source',
      { ...request, triple: 'x86_64-unknown-linux-musl', buildsStandard: true },
      { ...none, cc: '/cc', zigbuild: '/z', zig: '/zig' },
      'zigbuild',
      'x86_64-unknown-linux-musl',
    ],
    [
      'uses gcc for a minimum glibc if there is no zig',
      { ...request, glibc: '2.28' },
      { ...none, gcc: '/x-gcc' },
      'gcc',
      arm,
    ],
  ] as const)('%s', (_, linkerRequest, tools, strategy, target) => {
    const choice = chooseLinker(linkerRequest, toolchain, tools);
    expect([choice.strategy, choice.target]).toEqual([strategy, target]);
  });

  const zig = { zigbuild: '/z', zig: '/zig' };
  it.each<[string, string, Partial<LinkerTools>, string]>([
    ['macOS without its SDK', 'aarch64-apple-darwin', zig, 'SDKROOT'],
    ['macOS with its SDK and no zig', 'aarch64-apple-darwin', { appleSdk: '/sdk' }, 'cargo-zigbuild'],
    ['msvc on other systems than Windows', 'x86_64-pc-windows-msvc', zig, 'on Windows'],
  ])('rejects %s and names a remedy', (_, triple, tools, remedy) => {
    expect(() => chooseLinker({ ...request, triple }, toolchain, { ...none, cc: '/cc', ...tools })).toThrow(
      expect.objectContaining({
        code: 'LINKER_MISSING',
        remedy: expect.stringContaining(remedy) as string,
      }) as Error,
    );
  });

  it.each<[string, string, Partial<LinkerTools>, boolean, string]>([
    [
      'macOS through zig with its SDK',
      'aarch64-apple-darwin',
      { ...zig, appleSdk: '/sdk' },
      false,
      'zigbuild',
    ],
    ['msvc with a configured linker', 'x86_64-pc-windows-msvc', {}, true, 'configured'],
    ['bare metal', 'thumbv7em-none-eabihf', {}, false, 'native'],
    ['WebAssembly', 'wasm32-wasip1', {}, false, 'native'],
  ])('links %s', (_, triple, tools, configured, strategy) => {
    const choice = chooseLinker({ ...request, triple, configured }, toolchain, { ...none, ...tools });
    expect([choice.strategy, choice.target]).toEqual([strategy, triple]);
  });

  it('names the packages to install if there is no linker', () => {
    expect(() => chooseLinker(request, toolchain, { ...none, cc: '/cc' })).toThrow(
      expect.objectContaining({
        code: 'LINKER_MISSING',
        remedy: expect.stringContaining('gcc-aarch64-linux-gnu libc6-dev-arm64-cross') as string,
      }) as Error,
    );
  });
});
