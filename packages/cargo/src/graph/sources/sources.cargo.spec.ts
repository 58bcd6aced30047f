import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFiles } from '../features/cargo-tree.spec.helper.js';
import { readsOfCrate, type ScannedReads } from './crate-reads.js';
import { parseDepInfo, type DepInfo } from './dep-info.js';
import { describeWith } from '../tools.spec.helper.js';
import { undeclared, type DeclaredInputs, type Undeclared } from './undeclared.js';
import type { Files } from '../world.spec.helper.js';

/** A crate that reads in every way that rustc itself knows of. */
const files: Files = {
  'app/Cargo.toml': '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n',
  'app/build.rs': `
fn main() {
    println!("cargo:rerun-if-changed=../inputs/watched.txt");
    println!("cargo::rerun-if-env-changed=BUILD_MODE");
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/made.rs"), "pub const MADE: u8 = 1;").unwrap();
}
`,
  'app/src/lib.rs': `
#![doc = include_str!("../READ ME.md")]
#[path = "../../shared/a.rs"]
pub mod a;
mod plain;
pub mod inline {
    #[path = "far.rs"]
    pub mod far;
}
#[cfg_attr(all(), path = "chosen.rs")]
pub mod os;
include!(concat!(env!("OUT_DIR"), "/made.rs"));
pub const QUERY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../inputs/q.sql"));
pub static BYTES: &[u8] = include_bytes!(r#"../../inputs/data.bin"#);
pub const SET: &str = env!("SET_FOR_TEST");
pub const UNSET: Option<&str> = option_env!("UNSET_FOR_TEST");
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/* include_str!("../no") */ pub const TEXT: &str = "include_str!(\\"../no\\")";
pub fn quote<'a>(x: &'a str) -> (char, &'a str) { ('"', x) }
`,
  'app/src/plain.rs': '//! Nothing to see.\n',
  'app/src/inline/far.rs': '',
  'app/src/chosen.rs': '',
  'app/READ ME.md': 'read',
  'inputs/watched.txt': 'w',
  'inputs/q.sql': 'select 1',
  'inputs/data.bin': 'x',
  'shared/a.rs': 'pub mod b;\npub const C: &str = include_str!("c.txt");\n',
  'shared/b.rs': '',
  'shared/c.txt': 'c',
};

const own = /^app\/src\/(lib|plain)\.rs$|^app\/build\.rs$/;

describeWith(['cargo'], 'what rustc and cargo say they read', () => {
  let folder = '';
  let found: ScannedReads;
  const infos: DepInfo[] = [];

  beforeAll(() => {
    folder = realpathSync(writeFiles(files));
    execFileSync('cargo', ['build', '--offline', '--quiet'], {
      cwd: join(folder, 'app'),
      env: { ...process.env, SET_FOR_TEST: 'a\nb', CARGO_TARGET_DIR: join(folder, 'target') },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (const part of ['target/debug', 'target/debug/deps']) {
      const written = readdirSync(join(folder, part)).filter((name) => name.endsWith('.d'));
      for (const name of written) infos.push(parseDepInfo(readFileSync(join(folder, part, name), 'utf8')));
    }
    const sources = Object.keys(files).filter((path) => own.test(path));
    found = readsOfCrate(
      { root: 'app', workspaceRoot: 'app' },
      sources.map((path) => ({
        path,
        text: files[path] ?? '',
        role: path.endsWith('build.rs') ? 'build-script' : 'source',
      })),
      { read: (path) => files[path], exists: (path) => existsSync(join(folder, path)) },
    );
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function missed(declared: DeclaredInputs): Undeclared[] {
    const folders = {
      repository: folder,
      workingFolder: join(folder, 'app'),
      generated: [join(folder, 'target')],
    };
    return infos.map((info) => undeclared(info, declared, folders));
  }

  it('is all found by the scanner', () => {
    const all = missed({
      hasFile: (path) => own.test(path) || found.files.has(path),
      hasVariable: (name) => found.variables.has(name),
    });
    expect(infos.length).toBeGreaterThan(1);
    expect(all).toEqual(infos.map(() => ({ files: [], variables: [] })));
  });

  it('is named where it is not declared', () => {
    const all = missed({ hasFile: (path) => path.startsWith('app/'), hasVariable: () => false });
    expect([...new Set(all.flatMap((each) => each.files))].sort()).toEqual([
      'inputs/data.bin',
      'inputs/q.sql',
      'inputs/watched.txt',
      'shared/a.rs',
      'shared/b.rs',
      'shared/c.txt',
    ]);
    expect([...new Set(all.flatMap((each) => each.variables))].sort()).toEqual([
      'SET_FOR_TEST',
      'UNSET_FOR_TEST',
    ]);
  });

  it('tells the value of a variable, and that one was not set', () => {
    const variables = infos.flatMap((info) => [...info.variables]);
    expect(variables).toContainEqual(['SET_FOR_TEST', 'a\nb']);
    expect(variables).toContainEqual(['UNSET_FOR_TEST', undefined]);
  });
});
