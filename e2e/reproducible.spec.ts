import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** Places where a path could appear: panics, generated code, C code of a build script, build time. */
const files = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[profile.release]\ndebug = true\n',
  'crates/base/Cargo.toml': manifest('base'),
  'crates/base/src/lib.rs':
    "pub fn fail(at: usize) -> u8 { [1u8, 2][at] }\npub fn here() -> &'static str { file!() }\n",
  'crates/app/Cargo.toml': manifest('app', '[dependencies]\nbase = { path = "../base" }\nitoa = "=1.0.17"\n'),
  'crates/app/build.rs': `fn main() {
    let out = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("made.rs");
    let epoch = std::env::var("SOURCE_DATE_EPOCH").unwrap_or_else(|_| format!("{:?}", std::time::SystemTime::now()));
    std::fs::write(out, format!("pub fn made() -> (&'static str, &'static str) {{ (file!(), {epoch:?}) }}")).unwrap();
}
`,
  'crates/app/src/main.rs':
    'include!(concat!(env!("OUT_DIR"), "/made.rs"));\nfn main() { println!("{:?} {} {}", made(), base::here(), itoa::Buffer::new().format(base::fail(std::env::args().count()))); }\n',
};

/** C and C++ code of a build script that contains its path: by `__FILE__`, assertions and debug information. */
const native = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[profile.release]\ndebug = true\n',
  'crates/app/Cargo.toml': manifest('app', '[build-dependencies]\ncc = "=1.2.44"\n'),
  'crates/app/build.rs': `use std::{env, fs, path::PathBuf};
fn main() {
    let source = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join("src");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    fs::write(out.join("made.h"), "static const char *made(void) { return __FILE__; }").unwrap();
    cc::Build::new().include(&out).file(source.join("place.c")).compile("place");
    cc::Build::new().cpp(true).file(source.join("other.cpp")).compile("other");
    println!("cargo:rerun-if-changed=src");
}
`,
  'crates/app/src/place.c':
    '#include <assert.h>\n#include <made.h>\nconst char *place(int n) { assert(n > 0); return n > 1 ? __FILE__ : made(); }\n',
  'crates/app/src/other.cpp': 'extern "C" const char *other() { return __FILE__; }\n',
  'crates/app/src/main.rs': `use std::ffi::{c_char, CStr};
extern "C" { fn place(n: i32) -> *const c_char; fn other() -> *const c_char; }
fn main() {
    for found in unsafe { [place(1), place(2), other()] } {
        println!("{}", unsafe { CStr::from_ptr(found) }.to_str().unwrap());
    }
}
`,
};

const clones: Workspace[] = [];
beforeAll(() => {
  clones.push(new Workspace(files), new Workspace(files));
});
afterAll(() => {
  for (const clone of clones) clone.remove();
});

it('release builds of clones in different folders are identical and do not contain the folder', () => {
  const digests = clones.map((clone) => {
    const { status, output } = clone.nx(['run', 'app:build', '--skip-nx-cache']);
    expect(status, output).toBe(0);
    return clone.read('artifacts/linux/amd64/app.sha256');
  });
  expect(new Set(digests).size).toBe(1);
  for (const clone of clones) {
    const bytes = readFileSync(clone.path('artifacts/linux/amd64/app'), 'latin1');
    expect(bytes.includes(clone.name)).toBe(false);
    expect(bytes.includes('registry/src')).toBe(true);
    expect(bytes.includes(process.env.CARGO_HOME ?? join(homedir(), '.cargo'))).toBe(false);
  }
});

it('C and C++ code of build scripts is reproducible too, and is not compiled again needlessly', () => {
  const folders = [new Workspace(native), new Workspace(native)];
  clones.push(...folders);
  const build = (clone: Workspace) => {
    const { status, output } = clone.nx(['run', 'app:build', '--skip-nx-cache'], { CFLAGS: '-DOWN' });
    expect(status, output).toBe(0);
    return clone.read('artifacts/linux/amd64/app.sha256');
  };
  expect(new Set(folders.map(build)).size).toBe(1);
  for (const clone of folders) {
    const path = clone.path('artifacts/linux/amd64/app');
    expect(readFileSync(path, 'latin1').includes(clone.name)).toBe(false);
    const [made = '', ...places] = execFileSync(path, { encoding: 'utf8' }).trim().split('\n');
    expect(made).toMatch(/^\.\/target\/release\/build\/.*\/out\/made\.h$/);
    expect(places).toEqual(['./crates/app/src/place.c', './crates/app/src/other.cpp']);
    build(clone);
    const metrics = JSON.parse(clone.read('artifacts/linux/amd64/app.metrics.json')) as object;
    expect(metrics).toMatchObject({ cratesCompiled: 0 });
  }
});

it('development builds keep the paths that debuggers require', () => {
  const [clone] = clones;
  expect(clone?.nx(['run', 'app:build:dev']).status).toBe(0);
  const binary = clone?.path('artifacts/dev/linux/amd64/app') ?? '';
  expect(readFileSync(binary, 'latin1').includes(clone?.name ?? '?')).toBe(true);
});

it('flags of the user are kept in addition to those of Millwright', () => {
  const [clone] = clones;
  const flagged = 'fn main() { println!("{}", cfg!(own)); }\n';
  clone?.write('crates/app/src/main.rs', flagged);
  const run = () => execFileSync(clone?.path('artifacts/linux/amd64/app') ?? '', { encoding: 'utf8' }).trim();
  for (const [config, env] of [
    ['', { RUSTFLAGS: '--cfg own' }],
    ['[build]\nrustflags = ["--cfg", "own"]\n', {}],
    ['[build]\nrustflags = "--cfg own"\n', {}],
    ['[target.x86_64-unknown-linux-gnu]\nrustflags = ["--cfg", "own"]\n', {}],
    [`[target.'cfg(target_os = "linux")']\nrustflags = ["--cfg", "own"]\n`, {}],
  ] as const) {
    clone?.write('.cargo/config.toml', config);
    const result = clone?.nx(['run', 'app:build'], env);
    expect(result?.status, result?.output).toBe(0);
    expect(run(), config).toBe('true');
  }
});
