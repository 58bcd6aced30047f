import { describe, expect, it } from 'vitest';
import { changed, crates, edit, sliceFor, workspace } from './slice.spec.helper.js';
import type { SliceRequest } from './slice.js';

const root = 'Cargo.toml';
const lock = 'Cargo.lock';
const config = '.cargo/config.toml';
const everyone = 'app core macros tool util';
const windows = 'x86_64-pc-windows-msvc';
const dev: Partial<SliceRequest> = { profile: 'dev' };
const withB: Partial<SliceRequest> = {
  features: { features: ['b'], defaultFeatures: true, allFeatures: false },
};

type Edit = readonly [
  what: string,
  path: string,
  from: string,
  to: string,
  changes: string,
  request?: Partial<SliceRequest>,
];

function table(title: string, edits: readonly Edit[]): void {
  describe(title, () => {
    for (const [what, path, from, to, changes, request] of edits) {
      it(what, () => {
        expect(changed(edit(path, from, to), request)).toBe(changes);
      });
    }
  });
}

table('the lockfile changes the slices of whose closure it changes', [
  ['a package of two crates', lock, '"serde"\nversion = "1.0.1"', '"serde"\nversion = "1.0.2"', 'app'],
  ['its checksum alone', lock, '"serde-1.0.1"', '"other"', 'app'],
  ['a package below others', lock, '"syn"\nversion = "2.0.0"', '"syn"\nversion = "2.0.1"', 'app core macros'],
  ['a git commit', lock, 'rand#aaaa', 'rand#cccc', 'tool'],
  ['a package for development', lock, '"proptest"\nversion = "1.5.0"', '"proptest"\nversion = "1.6.0"', ''],
  ['a package behind a feature that is off', lock, 'tiny#bbbb', 'tiny#cccc', ''],
  ['the same with the feature on', lock, 'tiny#bbbb', 'tiny#cccc', 'app', withB],
  ['a package for another platform', lock, '"winapi"\nversion = "0.3.9"', '"winapi"\nversion = "0.3.10"', ''],
  [
    'the same on that platform',
    lock,
    '"winapi"\nversion = "0.3.9"',
    '"winapi"\nversion = "0.3.10"',
    'app core',
    { target: windows },
  ],
  [
    "a procedural macro's package for the host",
    lock,
    '"unixy"\nversion = "1.0.0"',
    '"unixy"\nversion = "1.0.1"',
    'app core macros',
    { target: windows },
  ],
  ['a build dependency', lock, '"cc"\nversion = "1.1.0"', '"cc"\nversion = "1.2.0"', 'tool'],
  ["the file's own version", lock, 'version = 4', 'version = 3', ''],
]);

table('a root manifest changes the slices of those that take from it', [
  ['an inherited version', root, 'version = "1.0.0"', 'version = "1.0.1"', 'app'],
  ['an inherited description', root, 'shared words', 'other words', 'app core util'],
  ['a field that nobody inherits', root, 'rust-version = "1.80"', 'rust-version = "1.81"', ''],
  ['an inherited dependency', root, 'features = ["derive"]', 'features = ["derive", "rc"]', 'app'],
  ['a dependency that nobody inherits', root, 'unused = "3"', 'unused = "4"', ''],
  ['the order of features', root, 'features = ["derive"]', 'features = ["derive", "derive"]', ''],
  ['inherited lints of rustc', root, 'unused = "warn"', 'unused = "deny"', ''],
  ['lints of clippy', root, 'pedantic = "warn"', 'pedantic = "deny"', ''],
  ['the profile in use', root, 'lto = true', 'lto = false', everyone],
  ['the profile below the one in use', root, 'lto = true', 'lto = false', everyone, { profile: 'shipping' }],
  ['a profile above it', root, 'strip = true', 'strip = false', ''],
  ['the same in use', root, 'strip = true', 'strip = false', everyone, { profile: 'shipping' }],
  ['another profile', root, 'debug = 1', 'debug = 2', ''],
  ['the same in use', root, 'debug = 1', 'debug = 2', everyone, dev],
  ['the same below tests', root, 'debug = 1', 'debug = 2', everyone, { profile: 'test' }],
  ["a package's own profile", root, 'opt-level = 3', 'opt-level = 1', 'app'],
  ["another package's own profile", root, 'opt-level = 2', 'opt-level = 1', 'tool'],
  ["build scripts' profile", root, 'opt-level = 0', 'opt-level = 1', everyone],
  ['a patch', root, 'git = "https://example.org/rand"', 'git = "https://example.org/r"', 'tool'],
  ['a patch of what is off', root, 'git = "https://example.org/tiny"', 'git = "https://example.org/t"', ''],
  ['the resolver', root, 'resolver = "2"', 'resolver = "3"', everyone],
  ['a new member', root, '"tool"]', '"tool", "more"]', ''],
  ['a comment', root, '[profile.dev]', '# words\n\n[profile.dev]', ''],
]);

table("a crate's manifest changes the slices of those above it", [
  ['its version', 'util/Cargo.toml', 'version = "0.1.0"', 'version = "0.1.1"', 'app core util'],
  ['its edition', 'core/Cargo.toml', 'edition = "2021"', 'edition = "2024"', 'app core'],
  ['its description', 'app/Cargo.toml', 'the app', 'an app', 'app'],
  ['its keywords', 'app/Cargo.toml', '["a"]\n[dep', '["b"]\n[dep', ''],
  ['metadata for docs.rs', 'util/Cargo.toml', 'all-features = true', 'all-features = false', ''],
  [
    'metadata that a build script may read',
    'util/Cargo.toml',
    'zlib = "1.2"',
    'zlib = "1.3"',
    'app core util',
  ],
  ['a bench', 'util/Cargo.toml', 'name = "speed"', 'name = "pace"', ''],
  ['a binary', 'core/Cargo.toml', 'core-cli', 'core-tool', 'core'],
  ['a development dependency', 'app/Cargo.toml', 'proptest = "1"', 'proptest = "1.5"', ''],
  ['a feature that is on', 'app/Cargo.toml', 'a = []', 'a = ["core/extra"]', 'app'],
  ['a feature that is off', 'app/Cargo.toml', 'b = ["core/extra"]', 'b = []', ''],
  ['a dependency that is off', 'core/Cargo.toml', 'version = "2", optional', 'version = "2.1", optional', ''],
  ['a dependency of another platform', 'core/Cargo.toml', 'winapi = "0.3"', 'winapi = "0.3.9"', ''],
  ['a long form of the same', 'macros/Cargo.toml', 'syn = "2"', 'syn = { version = "2" }', ''],
  ['a requirement', 'macros/Cargo.toml', 'syn = "2"', 'syn = "2.0.1"', 'app core macros'],
  ['a new dependency', 'util/Cargo.toml', 'odd = {', 'serde = "1"\nodd = {', 'app core util'],
  [
    'an own entry for an inherited one',
    'app/Cargo.toml',
    'core.workspace = true',
    'core = { path = "../core" }',
    '',
  ],
]);

table("cargo's configuration changes the slices of those that it touches", [
  ['rustflags', config, 'force-frame-pointers', 'relocation-model=pie', everyone],
  ['jobs', config, 'jobs = 4', 'jobs = 8', ''],
  ['an alias', config, 'b = "build"', 'b = "check"', ''],
  ['net', config, 'offline = false', 'offline = true', ''],
  ["a registry's token", config, 'secret', 'other', ''],
  ["a registry's address", config, 'org/index', 'org/other', 'app core util'],
  ["the target's linker", config, 'clang', 'gcc', everyone],
  ["the target's runner", config, 'qemu', 'valgrind', ''],
  ["another target's flags", config, '+crt-static', '-crt-static', ''],
  ['the same for that target', config, '+crt-static', '-crt-static', everyone, { target: windows }],
  ["the host's linker", config, 'clang', 'gcc', everyone, { target: windows }],
  ['env', config, 'hello', 'goodbye', everyone],
  ['the profile in use', config, 'codegen-units = 1', 'codegen-units = 2', everyone],
  ['another profile', config, 'incremental = true', 'incremental = false', ''],
  ['a patch', config, 'org/cc', 'org/other', 'tool'],
]);

const variable = '[env]\nGREETING = "hello"';
const address = 'https://example.org/index';
const secrets: readonly [what: string, path: string, from: string, to: string][] = [
  ['a variable', config, '"hello"', '"hunter2"'],
  ['a variable with settings', config, '"hello"', '{ value = "hunter2", force = true }'],
  [
    "a variable of a build script's override",
    config,
    variable,
    '[target.x86_64-unknown-linux-gnu.z]\nrustc-env = { KEY = "hunter2" }',
  ],
  ["a registry's password", config, address, 'sparse+https://me:hunter2@example.org/index'],
  ['a token in place of the user', config, address, 'https://hunter2@example.org/index'],
  ['a password of a source', config, variable, '[source.s]\nregistry = "https://me:hunter2@example.org"'],
  [
    'a password of a patched source',
    root,
    '[patch.crates-io]',
    '[patch."https://me:hunter2@example.org/a"]\nserde = "1"\n[patch.crates-io]',
  ],
  [
    'a password of a dependency',
    'util/Cargo.toml',
    'registry = "mine"',
    'git = "https://me:hunter2@example.org"',
  ],
];

describe.each(secrets)('a secret in a slice: %s', (_, path, from, to) => {
  it('is not contained in the slice, but changes its digest', () => {
    const files = edit(path, from, to);
    const slices = crates.map((crate) => JSON.stringify(sliceFor(files, crate)));
    expect(slices.join()).toContain('sha256-');
    expect(slices.join()).not.toContain('hunter2');
    expect(
      crates.map((crate) => JSON.stringify(sliceFor(edit(path, 'hunter2', 'other', files), crate))),
    ).not.toEqual(slices);
  });
});

describe('a slice', () => {
  it('contains only the crates and packages of the build', () => {
    const { crates, packages } = sliceFor(workspace, 'app');
    expect(crates.map((line) => line.replace(/: .*/, ''))).toEqual([
      'app 1.0.0 (a, default)',
      'core 0.2.0',
      'macros 0.1.0',
      'util 0.1.0',
    ]);
    expect(packages).toEqual(['serde 1.0.1', 'serde_derive 1.0.1', 'syn 2.0.0', 'unixy 1.0.0']);
  });

  it('is the same for equivalent requests', () => {
    const choice = (features: string[]): Partial<SliceRequest> => ({
      features: { features, defaultFeatures: true, allFeatures: false },
    });
    expect(sliceFor(workspace, 'app', choice(['b,a', 'default']))).toEqual(
      sliceFor(workspace, 'app', choice(['a', 'b'])),
    );
  });

  it('is plain data that survives JSON serialization', () => {
    const slice = sliceFor(workspace, 'app');
    expect(JSON.parse(JSON.stringify(slice))).toEqual(slice);
  });

  it('includes every package of a name if the lock file is older than the manifest', () => {
    const files = edit('util/Cargo.toml', 'odd = {', 'cc = "1"\nodd = {');
    expect(sliceFor(files, 'util').packages).toEqual(['cc 1.1.0']);
  });
});
