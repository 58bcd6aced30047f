import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from '../workspace.ts';

/** System libraries that a crate links to, like a `-sys` crate. */
let workspace: Workspace;
let machine: string;

beforeAll(() => {
  machine = mkdtempSync(join(tmpdir(), 'millwright-machine-'));
  mkdirSync(join(machine, 'lib/pkgconfig'), { recursive: true });
  library(1);
  version('1.2.13');
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["zlib"]\nresolver = "2"\n',
    // Named like a crate that links to a system library.
    'zlib/Cargo.toml': manifest('libz-sys'),
    'zlib/build.rs': `fn main() {
    let modules = std::env::var("PKG_CONFIG_LIBDIR").unwrap();
    let folder = std::path::Path::new(&modules).parent().unwrap();
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_LIBDIR");
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=z");
}
`,
    'zlib/src/lib.rs': 'extern "C" { fn number() -> i32; }\npub fn linked() -> i32 { unsafe { number() } }\n',
    'crates/app/Cargo.toml': manifest('app', '[dependencies]\nlibz-sys = { path = "../../zlib" }\n'),
    'crates/app/src/main.rs': 'fn main() { println!("{}", libz_sys::linked()); }\n',
    'crates/other/Cargo.toml': manifest('other'),
    'crates/other/src/main.rs': 'fn main() {}\n',
  });
});
afterAll(() => {
  workspace.remove();
  rmSync(machine, { recursive: true, force: true });
});

function library(number: number): void {
  const at = (name: string) => join(machine, 'lib', name);
  writeFileSync(at('z.c'), `int number(void) { return ${number}; }\n`);
  execFileSync('cc', ['-c', at('z.c'), '-o', at('z.o')]);
  rmSync(at('libz.a'), { force: true });
  execFileSync('ar', ['rcs', at('libz.a'), at('z.o')]);
}

function version(text: string): void {
  writeFileSync(
    join(machine, 'lib/pkgconfig/zlib.pc'),
    `libdir=${join(machine, 'lib')}\nName: zlib\nVersion: ${text}\nLibs: -L\${libdir} -lz\n`,
  );
}

/** The crates that are built, not taken from the cache. */
function built(statically: boolean): string[] {
  const { status, output } = workspace.nx(['run-many', '-t', 'build'], {
    PKG_CONFIG_LIBDIR: join(machine, 'lib/pkgconfig'),
    PKG_CONFIG_ALL_STATIC: statically ? '1' : undefined,
  });
  expect(status, output).toBe(0);
  return Object.entries(outcomes(output))
    .flatMap(([task, outcome]) =>
      task.includes(':build-') && outcome === 'built' ? [task.slice(0, task.indexOf(':'))] : [],
    )
    .sort();
}
const printed = () => execFileSync(workspace.path('artifacts/linux/amd64/app'), { encoding: 'utf8' }).trim();

it('a static library with changed content and the same version is linked again only into its users', () => {
  expect(built(true)).toEqual(['app', 'other']);
  expect(printed()).toBe('1');
  expect(built(true)).toEqual([]);
  library(2);
  expect(built(true)).toEqual(['app']);
  expect(printed()).toBe('2');
});

it('a new version of a library is linked again, but changed content of a dynamic library is not', () => {
  // The variable concerns all that build scripts may start.
  expect(built(false)).toEqual(['app', 'other']);
  library(3);
  expect(built(false)).toEqual([]);
  version('1.2.14');
  expect(built(false)).toEqual(['app']);
});
