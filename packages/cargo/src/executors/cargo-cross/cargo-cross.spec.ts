import { type Expectation, type ObjectFile, rejectionReason } from '@millwright/object-file';
import { gnuPrefix } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import type { Toolchain } from '../../toolchain/locate.js';
import { ArtifactCollector, missingLibraryNote } from './run/artifact-collector.js';
import { explainFailure } from '../../cargo-cli/explain.js';
import { finalFiles, parseCargoMessage, parseProgress } from '../../cargo-cli/messages.js';
import { Progress } from '../../cargo-cli/progress.js';
import { requestWith } from './plan/request.spec.helper.js';
import { haveEqualFeatures, featuresAgree, groupByFeatures, type Unit } from '../../cargo-cli/unit-graph.js';
import { chooseLinker, type LinkerTools } from '../../toolchain/linkers.js';

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

describe('collecting the files of a task', () => {
  const library = { name: 'x', kind: ['cdylib', 'rlib'], crate_types: ['cdylib', 'rlib'] };
  const binary = { name: 'x', kind: ['bin'], crate_types: ['bin'] };
  const triple = 'x86_64-unknown-linux-musl';
  const requestFor = (...targets: (typeof binary)[]) =>
    requestWith({ name: 'x', package: { id: 'x' }, targets, triple, linker: { target: triple } });
  const message = (target: typeof binary, file: string, executable: string | null = null) =>
    ({
      reason: 'compiler-artifact',
      package_id: 'x',
      target,
      filenames: [file],
      executable,
      fresh: false,
    }) as const;

  it('completes without a dynamic library if the target links everything statically', () => {
    const request = requestFor(library, binary);
    const artifactCollector = new ArtifactCollector(request);
    expect(artifactCollector.add(message(library, '/t/release/libx.rlib'))).toBeUndefined();
    expect(artifactCollector.add(message(library, `/t/${triple}/libx.rlib`))).toBeUndefined();
    const files = artifactCollector.add(message(binary, `/t/${triple}/x`, `/t/${triple}/x`));
    expect(files).toEqual([`/t/${triple}/x`]);
    expect(missingLibraryNote(request, files ?? [])).toContain(
      'x86_64-unknown-linux-musl links statically by default',
    );
  });

  it('fails if no file was built', () => {
    expect(() => missingLibraryNote(requestFor(library), [])).toThrow(
      expect.objectContaining({ code: 'CARGO_FAILED' }) as Error,
    );
  });

  it('adds no note if all files were built', () => {
    expect(missingLibraryNote(requestFor(library), ['/t/libx.so'])).toBeUndefined();
    expect(missingLibraryNote(requestFor(binary), ['/t/x'])).toBeUndefined();
  });
});

describe('progress', () => {
  const record = (inPlace: boolean) => {
    const written: string[] = [];
    let time = 0;
    const progress = new Progress('x', { inPlace, write: (text) => written.push(text), now: () => time });
    return { written, progress, wait: (milliseconds: number) => (time += milliseconds) };
  };

  it('prints a line from time to time if the output is not a terminal', () => {
    const { written, progress, wait } = record(false);
    progress.expect(3);
    progress.step();
    wait(6_000);
    progress.step();
    progress.finish('built');
    expect(written).toEqual(['x: 2 of 3 crates, 6.0 s\n', 'x: built (2 of 3 crates, 6.0 s)\n']);
  });

  it('redraws one line on a terminal, and clears it before other output', () => {
    const { written, progress, wait } = record(true);
    wait(200);
    progress.step();
    progress.print('a line');
    expect(written).toEqual(['\r\u001b[K' + 'x: 1 crate, 0.2 s', '\r\u001b[K', 'a line\n']);
  });
});

describe('builds share a cargo only if every common unit has the same features', () => {
  const a = new Map([
    ['serde', 'derive'],
    ['a', ''],
  ]);
  const b = new Map([
    ['serde', 'derive'],
    ['b', ''],
  ]);
  const c = new Map([
    ['serde', 'derive,rc'],
    ['c', ''],
  ]);

  it.each([
    ['agree if they share a dependency with equal features', b, true],
    ['differ if they share a dependency with other features', c, false],
    ['agree if they share no dependency', new Map([['other', 'x']]), true],
  ])('%s', (_, other, expected) => {
    const one = a;
    expect(haveEqualFeatures(one, other)).toBe(expected);
    expect(haveEqualFeatures(other, one)).toBe(expected);
  });

  it('groups builds with equal features, and keeps builds with unknown features apart', () => {
    const builds = [
      { build: 'a', units: a },
      { build: 'c', units: c },
      { build: 'b', units: b },
      { build: 'unknown', units: undefined },
    ];
    expect(groupByFeatures(builds)).toEqual([['a', 'b'], ['c'], ['unknown']]);
  });
});

describe('a common plan shows whether every build alone would have the same features', () => {
  const unit = (name: string, change: Partial<Unit> = {}): Unit => ({
    pkg_id: name,
    target: { kind: ['bin'], crate_types: ['bin'], name },
    platform: null,
    mode: 'build',
    profile: { lto: 'false' },
    features: [],
    dependencies: [],
    ...change,
  });
  const target = (kind: string) => ({ target: { kind: [kind], crate_types: [kind], name: 'x' } });
  const lto = { profile: { lto: 'true' } };
  it.each<[string, boolean, Unit[], number]>([
    ['no features', true, [unit('a'), unit('b'), unit('l', target('lib'))], 2],
    ['a feature', false, [unit('a'), unit('b'), unit('l', { ...target('lib'), features: ['x'] })], 2],
    ['a build script', false, [unit('a'), unit('b'), unit('l', target('custom-build'))], 2],
    ['a run of a build script', false, [unit('a'), unit('b'), unit('l', { mode: 'run-custom-build' })], 2],
    ['a procedural macro', false, [unit('a'), unit('b'), unit('l', target('proc-macro'))], 2],
    ['LTO, roots of one kind', true, [unit('a', lto), unit('b', lto)], 2],
    ['LTO, roots of two kinds', false, [unit('a', lto), unit('b', { ...lto, ...target('cdylib') })], 2],
  ])('%s: %s', (_, expected, units, roots) => {
    expect(featuresAgree({ units, roots: [...Array(roots).keys()] })).toBe(expected);
  });
});

describe('a built file is accepted or rejected by its properties', () => {
  const file: ObjectFile = {
    ...{ format: 'elf', kind: 'executable', bits: 64, endianness: 'little' },
    ...{ architectures: ['x86_64'], architecture: 'x86_64', os: 'linux' },
    ...{ libc: 'glibc', requiredGlibc: '2.34', interpreter: '/lib64/ld-linux-x86-64.so.2' },
    glibcSymbols: [{ version: '2.34', symbols: ['__libc_start_main'] }],
    ...{ neededLibraries: ['libc.so.6'], soname: undefined, runPaths: [] },
  };
  const expectation: Expectation = { architecture: 'x86_64', format: 'elf', libc: 'gnu', glibc: undefined };

  it.each<[string, Partial<Expectation>, string | undefined]>([
    ['as expected', {}, undefined],
    ['a minimum glibc that is met', { glibc: '2.34' }, undefined],
    ['a minimum glibc that is not met', { glibc: '2.28' }, '__libc_start_main (2.34)'],
    ['a minimum glibc that only looks newer as a string', { glibc: '2.9' }, '2.34'],
    ['another architecture', { architecture: 'aarch64' }, 'built for x86_64'],
    ['another format', { format: 'mach-o' }, 'elf'],
    ['another libc', { libc: 'musl' }, 'glibc'],
  ])('%s', (_, change, expected) => {
    const why = rejectionReason(file, { ...expectation, ...change });
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(expected);
  });
});

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

  it.each([
    [arm, 'aarch64-linux-gnu-'],
    ['armv7-unknown-linux-gnueabihf', 'arm-linux-gnueabihf-'],
    ['riscv64gc-unknown-linux-gnu', 'riscv64-linux-gnu-'],
    ['aarch64-apple-darwin', undefined],
  ])('derives the GNU prefix of %s', (triple, expected) => {
    expect(gnuPrefix(triple)).toBe(expected);
  });
});

describe('known errors in the output of cargo have their own code', () => {
  it.each([
    ['error: profile `fast` is not defined', 'PROFILE_UNKNOWN', 'fast'],
    [
      "error[E0463]: can't find crate for `core`\n  = note: the `aarch64-unknown-linux-gnu` target may not be installed",
      'TARGET_MISSING',
      'aarch64-unknown-linux-gnu',
    ],
    [
      "error: Cargo couldn't find your home directory. This probably means that $HOME was not set.",
      'CARGO_HOME_UNUSABLE',
      'cargo cannot use its home directory',
    ],
    [
      'error: failed to acquire package cache lock\n\nCaused by:\n  failed to open: /x/.cargo/.package-cache\n\nCaused by:\n  failed to create directory `/x/.cargo`',
      'CARGO_HOME_UNUSABLE',
      'cargo cannot use its home directory',
    ],
    [
      'error: couldn\'t create a temp dir: No such file or directory (os error 2) at path "/nowhere/rustcX"',
      'TEMPORARY_FOLDER_UNUSABLE',
      'temporary files',
    ],
    ['error: linker `my-ld` not found', 'LINKER_MISSING', 'my-ld'],
    ['error: failed to write `/t/x.o`: No space left on device (os error 28)', 'DISK_FULL', 'disk'],
    ['collect2: fatal error: ld terminated with signal 7 [Bus error]', 'DISK_FULL', 'disk'],
    [
      'error: set `DATABASE_URL` to use query macros online, or run `cargo sqlx prepare`',
      'SQLX_DATABASE_MISSING',
      'SQLx',
    ],
    ['sccache: error: increment compilation is prohibited.', 'SCCACHE_INCREMENTAL', 'sccache'],
    ['  Could not find `protoc`. If `protoc` is installed, try setting', 'NATIVE_LIBRARY_MISSING', 'protoc'],
    [
      '  failed to execute command: No such file or directory (os error 2)\n  is `cmake` not installed?',
      'NATIVE_LIBRARY_MISSING',
      'cmake',
    ],
    [
      'The system library `libxml-2.0` required by crate `libxml` was not found.',
      'NATIVE_LIBRARY_MISSING',
      'libxml-2.0',
    ],
    [
      'error: failed to get `tinyvector` as a dependency of package `x`\nCaused by:\n  failed to load source for dependency `tinyvector`\nCaused by:\n  Unable to update https://example.org/lib/tinyvector?rev=1#abc',
      'SOURCE_UNREACHABLE',
      'https://example.org/lib/tinyvector',
    ],
    [
      'error: failed to load source for dependency `far`\nCaused by:\n  unable to update https://example.org/far?rev=1#abc\nCaused by:\n  failed to fetch into: /home/x/.cargo/git/db/far-1',
      'SOURCE_UNREACHABLE',
      'https://example.org/far',
    ],
    [
      "error: failed to run custom build command for `v8 v137.3.0`\n  --- stdout\n  static lib URL: https://example.org/v137.3.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz\n  Downloading (using Python) https://example.org\n  --- stderr\n  thread 'main' panicked at build.rs:556:3:\n  assertion failed: status.success()",
      'SOURCE_UNREACHABLE',
      'cannot download the prebuilt V8 library from https://example.org/v137.3.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz',
    ],
    ['error: something new\n  more', 'CARGO_FAILED', 'cargo failed'],
  ])('%s', (log, code, what) => {
    const error = explainFailure(log);
    expect(error.code).toBe(code);
    expect(error.what).toContain(what);
    expect(error.output).toBe(log);
  });
});
