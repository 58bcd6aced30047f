import { describe, expect, it } from 'vitest';
import { isMet, type MachineFiles, nativeNeeds, needsOf } from './native-libraries.js';
import { multiarch } from './pkg-config.js';

const names = (packages: readonly (readonly [string, readonly string[], boolean?])[]) =>
  needsOf(
    packages.map(([name, features, inBuildProgram = false]) => ({ name, features, inBuildProgram })),
  ).map((need) => need.package);

describe('the native requirements of a build', () => {
  it.each<[string, [string, string[], boolean?][], string[]]>([
    ['nothing', [['serde', []]], []],
    ['a library', [['openssl-sys', []]], ['openssl-sys']],
    ['nothing where a feature builds it', [['libsqlite3-sys', ['bundled']]], []],
    [
      'nothing where another package brings it',
      [
        ['openssl-sys', []],
        ['openssl-src', []],
      ],
      [],
    ],
    ['a program that a build script starts', [['prost-build', [], true]], ['prost-build']],
    ['nothing where no build script contains the package', [['prost-build', []]], []],
    [
      'the program where one does and the program that is built contains it too',
      [
        ['prost-build', []],
        ['prost-build', [], true],
      ],
      ['prost-build'],
    ],
    ['nothing without the feature that asks for it', [['rdkafka-sys', ['ssl']]], []],
    ['a program that a feature asks for', [['rdkafka-sys', ['cmake-build']]], ['rdkafka-sys']],
  ])('%s', (_, packages, expected) => {
    expect(names(packages)).toEqual(expected);
  });
});

const machine = (files: readonly string[], env: MachineFiles['env'] = {}): MachineFiles => ({
  env,
  exists: (path) => files.includes(path),
  list: (folder) =>
    files
      .filter((file) => file.startsWith(`${folder}/`))
      .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
  onPath: (program) => files.includes(`/usr/bin/${program}`),
});
const need = (name: string) => {
  const found = nativeNeeds.find((one) => one.package === name);
  if (!found) throw new Error(`no need of ${name}`);
  return found;
};
const arm = 'aarch64-unknown-linux-gnu';

describe('whether the machine meets a requirement', () => {
  it.each<[string, string, readonly string[], MachineFiles['env'], boolean]>([
    [
      'a module of the architecture',
      'openssl-sys',
      ['/usr/lib/aarch64-linux-gnu/pkgconfig/openssl.pc'],
      {},
      true,
    ],
    ['a module of another', 'openssl-sys', ['/usr/lib/x86_64-linux-gnu/pkgconfig/openssl.pc'], {}, false],
    ['a folder that a variable names', 'openssl-sys', [], { OPENSSL_DIR: '/opt/ssl' }, true],
    ['the variable of the target', 'openssl-sys', [], { AARCH64_UNKNOWN_LINUX_GNU_OPENSSL_DIR: '/x' }, true],
    ['a module on PKG_CONFIG_PATH', 'pq-sys', ['/opt/pc/libpq.pc'], { PKG_CONFIG_PATH: '/opt/pc' }, true],
    [
      'PKG_CONFIG_LIBDIR in place of the usual folders',
      'pq-sys',
      ['/usr/lib/pkgconfig/libpq.pc'],
      { PKG_CONFIG_LIBDIR: '/x' },
      false,
    ],
    ['a program', 'prost-build', ['/usr/bin/protoc'], {}, true],
    ['no program', 'prost-build', [], {}, false],
    ['a library of a compiler', 'clang-sys', ['/usr/lib/llvm-14/lib/libclang-14.so.1'], {}, true],
    ['no library', 'clang-sys', ['/usr/lib/llvm-14/lib/libLLVM.so'], {}, false],
  ])('%s', (_, name, files, env, expected) => {
    expect(isMet(need(name), arm, machine(files, env))).toBe(expected);
  });

  it('searches the library folders of the target architecture', () => {
    expect([arm, 'i686-unknown-linux-gnu'].map(multiarch)).toEqual(['aarch64-linux-gnu', 'i386-linux-gnu']);
  });
});
