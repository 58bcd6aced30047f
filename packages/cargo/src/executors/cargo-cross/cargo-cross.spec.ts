import { type Expectation, type ObjectFile, refusal } from '@millwright/object-file';
import { gnuPrefix } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import type { Toolchain } from '../../toolchain/locate.js';
import { ArtifactCollector, missingLibraryNote } from './run/artifact-collector.js';
import { explainFailure } from '../../cargo-cli/explain.js';
import { finalFiles, parseCargoMessage, parseProgress } from '../../cargo-cli/messages.js';
import { Progress } from '../../cargo-cli/progress.js';
import { requestWith } from './plan/request.spec.helper.js';
import { agree, featuresAgree, groupByFeatures, type Unit } from '../../cargo-cli/unit-graph.js';
import { chooseLinker, type LinkerTools } from '../../toolchain/linkers.js';

describe("cargo's messages", () => {
  it.each([
    ['text of a build tool', 'Compiling something'],
    ['a broken line', '{"reason":"compiler-artifact",'],
    ['another message', '{"reason":"build-finished","success":true}'],
  ])('%s is passed over', (_, line) => {
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
  ])('the final files of %s', (_, target, filenames, executable, expected) => {
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

  it('the last count of the bar is how far the build is', () => {
    expect(
      parseProgress('   Building [=>   ] 3/10: a\r   Building [==>  ] 4/10: b, c\r   Compiling d'),
    ).toEqual({ done: 4, total: 10 });
    expect(parseProgress('   Compiling d v0.1.0')).toBeUndefined();
  });
});

describe('the files of a task', () => {
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

  it('are complete without a dynamic library where none can be', () => {
    const request = requestFor(library, binary);
    const artifactCollector = new ArtifactCollector(request);
    expect(artifactCollector.add(message(library, '/t/release/libx.rlib'))).toBeUndefined();
    expect(artifactCollector.add(message(library, `/t/${triple}/libx.rlib`))).toBeUndefined();
    const files = artifactCollector.add(message(binary, `/t/${triple}/x`, `/t/${triple}/x`));
    expect(files).toEqual([`/t/${triple}/x`]);
    expect(missingLibraryNote(request, files ?? [])).toContain(
      'no dynamic library for x86_64-unknown-linux-musl',
    );
  });

  it('are an error where nothing is left', () => {
    expect(() => missingLibraryNote(requestFor(library), [])).toThrow(
      expect.objectContaining({ code: 'CARGO_FAILED' }) as Error,
    );
  });

  it('go without a word where all are there', () => {
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

  it('is a plain line now and then where nothing can be redrawn', () => {
    const { written, progress, wait } = record(false);
    progress.expect(3);
    progress.step();
    wait(6_000);
    progress.step();
    progress.finish('built');
    expect(written).toEqual(['x: 2 of 3 crates, 6.0 s\n', 'x: built (2 of 3 crates, 6.0 s)\n']);
  });

  it('is redrawn in place on a terminal, and gone when a line is said', () => {
    const { written, progress, wait } = record(true);
    wait(200);
    progress.step();
    progress.say('a line');
    expect(written).toEqual(['\r\u001b[K' + 'x: 1 crate, 0.2 s', '\r\u001b[K', 'a line\n']);
  });
});

describe('builds share a cargo only where every unit that they share is compiled alike', () => {
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
    [a, b, true],
    [a, c, false],
    [a, new Map([['other', 'x']]), true],
  ])('case %#', (one, other, expected) => {
    expect(agree(one, other)).toBe(expected);
    expect(agree(other, one)).toBe(expected);
  });

  it('groups what agrees and leaves alone what is unknown', () => {
    const builds = [
      { build: 'a', units: a },
      { build: 'c', units: c },
      { build: 'b', units: b },
      { build: 'unknown', units: undefined },
    ];
    expect(groupByFeatures(builds)).toEqual([['a', 'b'], ['c'], ['unknown']]);
  });
});

describe('the plan for all tells whether each alone is compiled alike', () => {
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

describe('what may be handed over', () => {
  const file: ObjectFile = {
    ...{ format: 'elf', kind: 'executable', bits: 64, endianness: 'little' },
    ...{ architectures: ['x86_64'], architecture: 'x86_64', os: 'linux' },
    ...{ libc: 'glibc', requiredGlibc: '2.34', interpreter: '/lib64/ld-linux-x86-64.so.2' },
    glibcSymbols: [{ version: '2.34', symbols: ['__libc_start_main'] }],
    ...{ neededLibraries: ['libc.so.6'], soname: undefined, runPaths: [] },
  };
  const wanted: Expectation = { architecture: 'x86_64', format: 'elf', libc: 'gnu', glibc: undefined };

  it.each<[string, Partial<Expectation>, string | undefined]>([
    ['what fits', {}, undefined],
    ['a floor that is met', { glibc: '2.34' }, undefined],
    ['a floor that is not', { glibc: '2.28' }, '__libc_start_main (2.34)'],
    ['a floor that only looks newer', { glibc: '2.9' }, '2.34'],
    ['another architecture', { architecture: 'aarch64' }, 'built for x86_64'],
    ['another format', { format: 'mach-o' }, 'elf'],
    ['another libc', { libc: 'musl' }, 'glibc'],
  ])('%s', (_, change, expected) => {
    const why = refusal(file, { ...wanted, ...change });
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(expected);
  });
});

describe('linkers', () => {
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
    cross: undefined,
    docker: undefined,
    appleSdk: undefined,
  };
  const arm = 'aarch64-unknown-linux-gnu';
  const request = {
    triple: arm,
    wanted: 'auto',
    configured: false,
    nameHost: false,
    buildsStandard: false,
  } as const;

  it.each([
    ["the user's own first", { ...request, configured: true }, { ...none, gcc: '/x-gcc' }, 'configured', arm],
    [
      'native for the host, which goes without a name',
      { ...request, triple: toolchain.host },
      { ...none, cc: '/cc' },
      'native',
      undefined,
    ],
    [
      'native for the host by name where build.target is set',
      { ...request, triple: toolchain.host, nameHost: true },
      { ...none, cc: '/cc' },
      'native',
      toolchain.host,
    ],
    [
      'native for musl on the same machine',
      { ...request, triple: 'x86_64-unknown-linux-musl' },
      { ...none, cc: '/cc' },
      'native',
      'x86_64-unknown-linux-musl',
    ],
    ['cross gcc', request, { ...none, cc: '/cc', gcc: '/usr/bin/aarch64-linux-gnu-gcc' }, 'gcc', arm],
    [
      'zigbuild where there is no gcc',
      request,
      { ...none, cc: '/cc', zigbuild: '/z', zig: '/zig' },
      'zigbuild',
      arm,
    ],
    [
      'zigbuild first, with its suffix, under a glibc floor',
      { ...request, glibc: '2.28' },
      { ...none, gcc: '/x-gcc', zigbuild: '/z', zig: '/zig' },
      'zigbuild',
      `${arm}.2.28`,
    ],
    [
      'zigbuild alone for musl whose standard library is built from source',
      { ...request, triple: 'x86_64-unknown-linux-musl', buildsStandard: true },
      { ...none, cc: '/cc', zigbuild: '/z', zig: '/zig' },
      'zigbuild',
      'x86_64-unknown-linux-musl',
    ],
    ['gcc under a floor without zig', { ...request, glibc: '2.28' }, { ...none, gcc: '/x-gcc' }, 'gcc', arm],
    ['cross at last', request, { ...none, cc: '/cc', cross: '/cross', docker: '/docker' }, 'cross', arm],
  ] as const)('%s', (_, asked, tools, strategy, target) => {
    const choice = chooseLinker(asked, toolchain, tools);
    expect([choice.strategy, choice.target]).toEqual([strategy, target]);
  });

  const zig = { zigbuild: '/z', zig: '/zig' };
  it.each<[string, string, Partial<LinkerTools>, string]>([
    ['macOS without its SDK', 'aarch64-apple-darwin', zig, 'SDKROOT'],
    ['macOS with its SDK and no zig', 'aarch64-apple-darwin', { appleSdk: '/sdk' }, 'cargo-zigbuild'],
    [
      'msvc, whatever is installed',
      'x86_64-pc-windows-msvc',
      { ...zig, cross: '/c', docker: '/d' },
      'on Windows',
    ],
  ])('%s is refused with what could help', (_, triple, tools, remedy) => {
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
    ["msvc with a linker of one's own", 'x86_64-pc-windows-msvc', {}, true, 'configured'],
    ['bare metal', 'thumbv7em-none-eabihf', {}, false, 'native'],
    ['WebAssembly', 'wasm32-wasip1', {}, false, 'native'],
  ])('%s is linked', (_, triple, tools, configured, strategy) => {
    const choice = chooseLinker({ ...request, triple, configured }, toolchain, { ...none, ...tools });
    expect([choice.strategy, choice.target]).toEqual([strategy, triple]);
  });

  it('names what to install where nothing can link', () => {
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
  ])('the GNU prefix of %s', (triple, expected) => {
    expect(gnuPrefix(triple)).toBe(expected);
  });
});

describe('a cargo that fails is explained where its words are known', () => {
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
      'no folder for its caches',
    ],
    [
      'error: failed to acquire package cache lock\n\nCaused by:\n  failed to open: /x/.cargo/.package-cache\n\nCaused by:\n  failed to create directory `/x/.cargo`',
      'CARGO_HOME_UNUSABLE',
      'no folder for its caches',
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
      'https://example.org/v137.3.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz cannot be downloaded',
    ],
    ['error: something new\n  more', 'CARGO_FAILED', 'cargo failed'],
  ])('%s', (log, code, what) => {
    const error = explainFailure(log);
    expect(error.code).toBe(code);
    expect(error.what).toContain(what);
    expect(error.output).toBe(log);
  });
});
