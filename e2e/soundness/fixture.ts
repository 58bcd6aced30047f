import { symlinkSync } from 'node:fs';
import { manifest } from '../workspace.ts';

const printer = (name: string, ...expressions: readonly string[]) =>
  `fn main() {\n    println!("${name}");\n${expressions.map((one) => `    println!("{}", ${one});`).join('\n')}\n}\n`;

/**
 * A workspace whose binary `app` prints inputs of every kind. `other` shares one library with it, and `alone` only
 * the workspace.
 */
export const files: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]
members = ["crates/*"]
exclude = ["outside"]
resolver = "2"
[workspace.package]
version = "1.2.3"
description = "inherited"
[workspace.dependencies]
itoa = "=1.0.17"
memchr = { version = "=2.7.6", default-features = false }
[workspace.lints.rust]
unused = "allow"
[patch.crates-io]
fnv = { path = "patched" }
`,
  'patched/Cargo.toml': '[package]\nname = "fnv"\nversion = "1.0.7"\nedition = "2021"\n',
  'patched/src/lib.rs': 'pub fn patched() -> &\'static str { "patched 1" }\n',
  'outside/Cargo.toml': manifest('outside'),
  'outside/src/lib.rs': 'pub fn outside() -> &\'static str { "outside 1" }\n',
  'crates/base/Cargo.toml': manifest('base', '[features]\nloud = []\n'),
  'crates/base/src/lib.rs':
    'mod part;\npub fn base() -> &\'static str { if cfg!(feature = "loud") { "BASE" } else { part::text() } }\n',
  'crates/base/src/part.rs': 'pub fn text() -> &\'static str { "base 1" }\n',
  'crates/base/README.md': 'A library.\n',
  'crates/base/tests/works.rs': '#[test]\nfn works() {}\n',
  'crates/derive/Cargo.toml': manifest('derive', '[lib]\nproc-macro = true\n'),
  'crates/derive/src/lib.rs': `use proc_macro::TokenStream;
#[proc_macro]
pub fn greeting(_: TokenStream) -> TokenStream {
    let own = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/greeting.txt")).unwrap();
    format!("{:?}", format!("macro 1 {own}")).parse().unwrap()
}
`,
  'crates/derive/greeting.txt': 'greeting 1',
  'crates/made/Cargo.toml': manifest('made'),
  'crates/made/build.rs': `use std::{env, fs, path::Path};
fn main() {
    println!("cargo:rerun-if-changed=../../config/made.txt");
    println!("cargo:rerun-if-env-changed=MADE_DECLARED");
    let declared = env::var("MADE_DECLARED").unwrap_or_default();
    let silent = env::var("MADE_SILENT").unwrap_or_default();
    let text = fs::read_to_string("../../config/made.txt").unwrap();
    let quiet = fs::read_to_string("quiet.txt").unwrap();
    let out = Path::new(&env::var("OUT_DIR").unwrap()).join("made.rs");
    let all = format!("script 1 {declared} {silent} {text} {quiet}");
    fs::write(out, format!("pub const MADE: &str = {all:?};")).unwrap();
}
`,
  'crates/made/quiet.txt': 'quiet 1',
  'crates/made/src/lib.rs': 'include!(concat!(env!("OUT_DIR"), "/made.rs"));\n',
  'config/made.txt': 'made 1',
  'config/unused.txt': 'unused 1',
  'crates/app/Cargo.toml': `[package]
name = "app"
version.workspace = true
edition = "2021"
description.workspace = true
[features]
default = ["shown"]
shown = []
[lints]
workspace = true
[dependencies]
base = { path = "../base" }
derive = { path = "../derive" }
made = { path = "../made" }
outside = { path = "../../outside" }
itoa.workspace = true
fnv = "1.0.7"
[dev-dependencies]
memchr.workspace = true
`,
  'crates/app/src/main.rs': printer(
    'app',
    'base::base()',
    'derive::greeting!()',
    'made::MADE',
    'outside::outside()',
    'fnv::patched()',
    'itoa::Buffer::new().format(7)',
    'env!("CARGO_PKG_VERSION")',
    'env!("CARGO_PKG_DESCRIPTION")',
    'option_env!("APP_CHANNEL").unwrap_or("no channel")',
    'include_str!("../../../shared/banner.txt")',
    'include_str!("linked.txt")',
    'include_str!("folder/in-folder.txt")',
    'include!("../generated/answer.rs")',
    'option_env!("FROM_CONFIG").unwrap_or("no config")',
    'cfg!(feature = "shown")',
    'if cfg!(flagged) { "flagged" } else { "plain" }',
    'if cfg!(debug_assertions) { "asserts" } else { "no asserts" }',
  ),
  'crates/app/generated/answer.rs': '"answer 1"',
  'crates/app/examples/show.rs': 'fn main() {}\n',
  'shared/banner.txt': 'banner 1',
  'shared/a.txt': 'link a',
  'shared/b.txt': 'link b',
  'shared/one/in-folder.txt': 'folder one',
  'shared/two/in-folder.txt': 'folder two',
  'crates/other/Cargo.toml': manifest(
    'other',
    '[dependencies]\nbase = { path = "../base" }\nmemchr.workspace = true\n',
  ),
  'crates/other/src/main.rs': printer('other', 'base::base()', 'memchr::memchr(1, &[0, 1]).is_some()'),
  'crates/alone/Cargo.toml': manifest('alone'),
  'crates/alone/src/main.rs': printer('alone', '1'),
};

/** The links of the fixture, which must exist before the sources are scanned. */
export function link(folder: string): void {
  symlinkSync('../../../shared/a.txt', `${folder}/crates/app/src/linked.txt`);
  symlinkSync('../../../shared/one', `${folder}/crates/app/src/folder`);
}

export const binaries = ['alone', 'app', 'other'] as const;
export type Binary = (typeof binaries)[number];
