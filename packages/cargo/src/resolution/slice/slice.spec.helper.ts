import { createSlicer, type Slice, type SliceRequest } from './slice.js';
import { sliceInputOf, type Files } from '../world.spec.helper.js';

const registry = 'registry+https://github.com/rust-lang/crates.io-index';

function locked(name: string, version: string, dependencies: string[] = [], source = registry): string {
  const checksum = source === registry ? `checksum = "${name}-${version}"\n` : '';
  const from = source === '' ? '' : `source = "${source}"\n${checksum}`;
  const list = dependencies.map((dependency) => `"${dependency}"`).join(', ');
  return `[[package]]\nname = "${name}"\nversion = "${version}"\n${from}dependencies = [${list}]\n`;
}

/**
 * A workspace of five crates: `app` depends on `core`, which depends on `util` and `macros`; `tool` is independent;
 * `core` has an optional dependency and one for Windows.
 */
export const workspace: Files = {
  'Cargo.toml': `
[workspace]
resolver = "2"
members = ["app", "core", "util", "macros", "tool"]
[workspace.package]
version = "1.0.0"
description = "shared words"
rust-version = "1.80"
[workspace.dependencies]
serde = { version = "1", features = ["derive"] }
rand = "0.9"
unused = "3"
core = { path = "core" }
[workspace.lints.rust]
unused = "warn"
[workspace.lints.clippy]
pedantic = "warn"
[profile.release]
lto = true
[profile.release.package.serde]
opt-level = 3
[profile.release.package.rand]
opt-level = 2
[profile.release.build-override]
opt-level = 0
[profile.dev]
debug = 1
[profile.shipping]
inherits = "release"
strip = true
[patch.crates-io]
rand = { git = "https://example.org/rand" }
tiny = { git = "https://example.org/tiny" }
`,
  'app/Cargo.toml': `
[package]
name = "app"
version.workspace = true
edition = "2021"
description = "the app"
keywords = ["a"]
[dependencies]
core.workspace = true
serde = { workspace = true }
[dev-dependencies]
proptest = "1"
[[bin]]
name = "app"
path = "src/main.rs"
[features]
default = ["a"]
a = []
b = ["core/extra"]
`,
  'core/Cargo.toml': `
[package]
name = "core"
version = "0.2.0"
edition = "2021"
[lints]
workspace = true
[dependencies]
util = { path = "../util" }
macros = { path = "../macros" }
tiny = { version = "2", optional = true }
[target.'cfg(windows)'.dependencies]
winapi = "0.3"
[features]
extra = ["dep:tiny"]
[[bin]]
name = "core-cli"
path = "src/cli.rs"
`,
  'util/Cargo.toml': `
[package]
name = "util"
version = "0.1.0"
description.workspace = true
[package.metadata.docs.rs]
all-features = true
[package.metadata.system-deps]
zlib = "1.2"
[dependencies]
odd = { version = "1", registry = "mine" }
[[bench]]
name = "speed"
`,
  'macros/Cargo.toml': `
[package]
name = "macros"
version = "0.1.0"
[lib]
proc-macro = true
[dependencies]
syn = "2"
[target.'cfg(unix)'.dependencies]
unixy = "1"
`,
  'tool/Cargo.toml': `
[package]
name = "tool"
version = "0.1.0"
[dependencies]
rand.workspace = true
[build-dependencies]
cc = "1"
`,
  'Cargo.lock': [
    'version = 4\n',
    locked('app', '1.0.0', ['core', 'serde', 'proptest'], ''),
    locked('core', '0.2.0', ['util', 'macros', 'tiny', 'winapi'], ''),
    locked('util', '0.1.0', [], ''),
    locked('macros', '0.1.0', ['syn', 'unixy'], ''),
    locked('tool', '0.1.0', ['rand', 'cc'], ''),
    locked('serde', '1.0.1', ['serde_derive']),
    locked('serde_derive', '1.0.1', ['syn']),
    locked('syn', '2.0.0'),
    locked('unixy', '1.0.0'),
    locked('proptest', '1.5.0', ['rand']),
    locked('rand', '0.9.0', [], 'git+https://example.org/rand#aaaa'),
    locked('tiny', '2.0.0', [], 'git+https://example.org/tiny#bbbb'),
    locked('winapi', '0.3.9'),
    locked('cc', '1.1.0'),
  ].join('\n'),
  '.cargo/config.toml': `
[alias]
b = "build"
[build]
jobs = 4
rustflags = ["-Cforce-frame-pointers"]
[target.x86_64-unknown-linux-gnu]
linker = "clang"
runner = "qemu"
[target.'cfg(windows)']
rustflags = ["-Ctarget-feature=+crt-static"]
[env]
GREETING = "hello"
[net]
offline = false
[registries.mine]
index = "https://example.org/index"
token = "secret"
[profile.dev]
incremental = true
[profile.release]
codegen-units = 1
[patch.crates-io]
cc = { git = "https://example.org/cc" }
`,
};

export const crates = ['app', 'core', 'macros', 'tool', 'util'];

/** Returns the files with a text replaced. Fails if the text does not occur, so that no edit is empty. */
export function edit(path: string, from: string, to: string, files: Files = workspace): Files {
  const text = files[path];
  if (text?.includes(from) !== true) throw new Error(`${path} does not hold "${from}"`);
  return { ...files, [path]: text.replace(from, to) };
}

export function sliceFor(files: Files, root: string, request: Partial<SliceRequest> = {}): Slice {
  const world = sliceInputOf(files);
  const crate = world.crates.get(root);
  if (!crate) throw new Error(`the workspace has no crate ${root}`);
  return createSlicer(world)({
    crate,
    target: 'x86_64-unknown-linux-gnu',
    profile: 'release',
    features: { features: [], defaultFeatures: true, allFeatures: false },
    ...request,
  });
}

/** The crates whose slices differ between two states of the workspace. */
export function changed(after: Files, request: Partial<SliceRequest> = {}): string {
  const text = (files: Files, root: string): string => JSON.stringify(sliceFor(files, root, request));
  return crates.filter((root) => text(workspace, root) !== text(after, root)).join(' ');
}
