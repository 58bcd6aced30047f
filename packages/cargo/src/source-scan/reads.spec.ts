import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Files } from '../resolution/world.spec.helper.js';
import { type CrateReads, joinedReads, type PartReads } from './crate-reads.js';
import { readsIn, repositoryWith } from './reads.spec.helper.js';

let folder = '';
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pack = (name: string, rest = '') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;

/** The reads of the crate in `back/core` of the workspace `back`. */
function readsOf(files: Files, rest = ''): CrateReads {
  const all: Files = {
    'back/Cargo.toml': '[workspace]\nmembers = ["core"]\n',
    'back/core/Cargo.toml': pack('core', rest),
    'back/core/src/lib.rs': '',
    ...files,
  };
  folder = repositoryWith(all);
  return readsIn(
    folder,
    Object.keys(all).filter((path) => path.endsWith('Cargo.toml')),
    'back/core',
  ).reads;
}

const filesOf = (part: PartReads) =>
  [...part.files.keys()].filter((path) => !path.endsWith('/lib.rs')).sort();
const lib = 'back/core/src/lib.rs';

describe('the library of a crate reads', () => {
  it.each<[string, Files, string[]]>([
    ['what is certain, whether it exists or not', { [lib]: 'include_str!("../../x.txt");' }, ['back/x.txt']],
    [
      'what is likely, where it exists',
      { [lib]: '#[g = "../x.g"] struct A;', 'back/core/x.g': '' },
      ['back/core/x.g'],
    ],
    ['and where not, not', { [lib]: '#[g = "../x.g"] struct A;' }, []],
    [
      'a script that wasm-bindgen takes from the folder of the crate',
      { [lib]: '#[wasm_bindgen(module = "/js/a.js")] extern "C" {}', 'back/core/package.json': '{}' },
      ['back/core/js/a.js', 'back/core/package.json'],
    ],
    [
      'a script that wasm-bindgen links to',
      { [lib]: 'wasm_bindgen::link_to!(module = "/js/worker.js");' },
      ['back/core/js/worker.js'],
    ],
    [
      'no script from a registry of packages',
      { [lib]: '#[wasm_bindgen(module = "lodash")] extern "C" {}' },
      [],
    ],
    [
      "the migrations that Diesel finds above the crate's folder",
      { [lib]: 'embed_migrations!();', 'back/migrations/1/up.sql': '' },
      ['back/core/migrations', 'back/migrations'],
    ],
    [
      'the variables that a .env file sets for sqlx',
      { [lib]: 'sqlx::query!("x")', 'back/core/.env': '', 'back/.env': '' },
      ['back/.env', 'back/core/.env'],
    ],
    ['nothing of tests', { [lib]: '#[cfg(test)] mod t { include_str!("x"); }' }, []],
    [
      'the folder of sqlx beside the workspace',
      { [lib]: 'sqlx::query!("x")', 'back/.sqlx/query-1.json': '' },
      ['back/.sqlx'],
    ],
    [
      'Rust files out of the crate, with their modules',
      {
        [lib]: '#[path = "../../shared/a.rs"] mod a;',
        'back/shared/a.rs': 'mod b; include_bytes!("a.bin");',
        'back/shared/b.rs': 'mod c;',
        'back/shared/b/c/mod.rs': 'include!("more.rs");',
        'back/shared/b/c/more.rs': 'const A: &str = env!("A");',
      },
      [
        'back/shared/a.bin',
        'back/shared/a.rs',
        'back/shared/b.rs',
        'back/shared/b/c/mod.rs',
        'back/shared/b/c/more.rs',
      ],
    ],
    [
      'each of files that include each other',
      { [lib]: 'include!("../../a.rs");', 'back/a.rs': 'include!("a.rs");' },
      ['back/a.rs'],
    ],
    [
      'the file of a module whether it is for one system or another',
      { [lib]: '#[cfg(windows)] mod a;', 'back/core/src/a.rs': '' },
      ['back/core/src/a.rs'],
    ],
    [
      'linker scripts',
      { 'back/core/memory.x': '', 'back/link.ld': '' },
      ['back/core/memory.x', 'back/link.ld'],
    ],
  ])('%s', (_, files, expected) => {
    expect(filesOf(readsOf(files).library)).toEqual(expected);
  });

  it('the inputs that the manifest declares', () => {
    const { library } = readsOf(
      {},
      '[package.metadata.millwright]\ninputs = ["../x", "../../../y"]\nenv = ["A"]\n',
    );
    expect(filesOf(library)).toEqual(['back/x']);
    expect([...library.outside.keys()]).toEqual(['../y']);
    expect([...library.variables]).toEqual(['A']);
  });
});

describe('all files of a package are inputs', () => {
  const script = (text: string): Files => ({ 'back/core/build.rs': text });
  it.each<[string, Files, string, string | undefined]>([
    ['where its build script says nothing', script('fn main() { std::fs::read("a"); }'), '', 'all'],
    ['where that prints what it computes', script('println!("cargo:rerun-if-changed={}", x)'), '', 'all'],
    ['where that has helpers', script(''), '[build-dependencies]\nprost-build = "1"\n', 'all'],
    ['where a read cannot be told', { [lib]: 'include_str!($x)' }, '', 'all'],
    [
      'where a macro of another package may read',
      { [lib]: 'strange!()' },
      '[dependencies]\nstrange = "1"\n',
      'code',
    ],
    ['not where its build script reads nothing', script('println!("cargo:rustc-cfg=x")'), '', undefined],
    [
      'not where that says all',
      script('println!("cargo:rerun-if-changed=a"); std::fs::read("a");'),
      '[build-dependencies]\nsemver = "1"\n',
      undefined,
    ],
    [
      'not where macros are of known packages',
      { [lib]: 'strange!()' },
      '[dependencies]\nserde = "1"\n',
      undefined,
    ],
    [
      'not where no macro is unknown',
      { [lib]: '#[derive(Clone)] struct A;' },
      '[dependencies]\nstrange = "1"\n',
      undefined,
    ],
    [
      'not where the macro is its own',
      { [lib]: 'macro_rules! strange { () => {} } strange!();' },
      '[dependencies]\nother = "1"\n',
      undefined,
    ],
    ['not where only a variable cannot be told', { [lib]: 'env!($x)' }, '', undefined],
  ])('%s', (_, files, rest, expected) => {
    expect(readsOf(files, rest).library.folders.get('back/core')).toBe(expected);
  });

  it('if a source exceeds the size limit', () => {
    const { library } = readsOf({ [lib]: `//${' '.repeat(5_000_000)}` });
    expect([...library.folders]).toEqual([
      ['back/core/src', 'all'],
      ['back/core', 'all'],
    ]);
  });
});

describe('tests read', () => {
  it.each<[string, Files, string[]]>([
    [
      'files out of the package',
      { 'back/core/tests/a.rs': 'read("../data/x.txt")', 'back/data/x.txt': '' },
      ['back/data/x.txt'],
    ],
    [
      'folders out of the package',
      { 'back/core/tests/a.rs': 'read_dir("../data")', 'back/data/x.txt': '' },
      ['back/data'],
    ],
    [
      'what is joined to the folder of the package',
      {
        'back/core/tests/a.rs': 'Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join("x.txt")',
        'data/x.txt': '',
      },
      ['data', 'data/x.txt'],
    ],
    [
      'what is joined to a folder above',
      {
        'back/core/tests/a.rs': 'let root = here.ancestors().nth(2); root.join("data/x.txt")',
        'data/x.txt': '',
      },
      ['data/x.txt'],
    ],
    [
      'what the library reads when it runs',
      { [lib]: 'fn f() { fs::read("../data/x.txt"); }', 'back/data/x.txt': '' },
      ['back/data/x.txt'],
    ],
    [
      'what only tests include',
      { [lib]: '#[cfg(test)] mod t { include_str!("../../data/x.txt"); }' },
      ['back/data/x.txt'],
    ],
    ['nothing where there is nothing', { 'back/core/tests/a.rs': 'read("../data/x.txt")' }, []],
    ['not the whole repository', { 'back/core/tests/a.rs': 'here.parent().join("..")' }, []],
  ])('%s', (_, files, expected) => {
    const { library, tests } = readsOf(files);
    expect(filesOf(tests).filter((path) => !path.endsWith('tests/a.rs'))).toEqual(expected);
    expect(filesOf(library)).toEqual([]);
  });

  it('variables that they name, and variables at compile time', () => {
    const { library, tests } = readsOf({
      [lib]: 'env!("L"); env::var("RUNTIME"); #[cfg(test)] fn t() { env::var("T"); option_env!("O"); }',
      'back/core/tests/a.rs': 'env!("A"); std::env::var("B"); env!("CARGO_BIN_EXE_x");',
    });
    expect([...library.variables]).toEqual(['L']);
    expect([...tests.variables].sort()).toEqual(['A', 'B', 'O', 'T']);
  });
});

it('finds variables that another source of a build script passes to the function that reads them', () => {
  const { library } = readsOf({
    'back/core/build.rs': 'mod find; pub fn look(n: &str) -> Option<String> { std::env::var(n).ok() }',
    'back/core/find.rs': 'fn dir() { crate::look("OPENSSL_DIR"); }',
    'back/core/tests/a.rs': 'f("NOT_ASKED_FOR");',
  });
  expect([...library.variables]).toEqual(['OPENSSL_DIR']);
});

it('reports the place of each read, and reads outside the repository', () => {
  const { library, unset } = readsOf({
    [lib]: '\ninclude_str!("/etc/hosts");\n#[folder = "$NOT_SET/x"] struct A;',
    'back/core/build.rs': 'fn main() {\n println!("cargo:rerun-if-changed=../p");\n env::var("B"); }',
  });
  expect(library.outside).toEqual(new Map([['/etc/hosts', { file: lib, line: 2, by: 'include_str!' }]]));
  expect(library.files.get('back/p')).toEqual({
    file: 'back/core/build.rs',
    line: 2,
    by: 'rerun-if-changed',
  });
  expect([...library.variables]).toEqual(['NOT_SET', 'B']);
  expect(unset).toEqual(new Map([['$NOT_SET/x', { file: lib, line: 3, by: '#[folder]' }]]));
});

it('caches the facts of sources until the sources change', () => {
  const files = {
    'Cargo.toml': pack('core'),
    'src/lib.rs': 'mod a;',
    'src/a.rs': 'include_str!("x");',
    'src/x': '',
  };
  folder = repositoryWith(files);
  const read = (memory = {}) => readsIn(folder, ['Cargo.toml'], '.', memory);
  const first = read();
  const again = read(first.sources.localCache());
  expect([first.sources.changed, again.sources.changed]).toEqual([true, false]);
  expect([...again.reads.library.files]).toEqual([...first.reads.library.files]);
  writeFileSync(join(folder, 'src/a.rs'), 'include_str!("y.txt");');
  const changed = read(again.sources.localCache());
  expect(changed.sources.changed).toBe(true);
  expect([...joinedReads([changed.reads.library]).files.keys()]).toEqual([
    'src/lib.rs',
    'src/a.rs',
    'src/y.txt',
  ]);
});

describe('macros of known packages', () => {
  it.each([
    ['defmt = "1"', 'DEFMT_LOG'],
    ['wasm-bindgen = "0.2"', 'WASM_BINDGEN_USE_JS_SYS'],
  ])('%s reads the variable %s', (dependency, variable) => {
    const { library } = readsOf({}, `[dependencies]\n${dependency}\n`);
    expect([...library.variables]).toEqual([variable]);
  });

  it.each([true, false])(
    'all files are inputs of templates if a configuration file exists (%s)',
    (configured) => {
      const { library } = readsOf(
        {
          [lib]: '#[derive(Template)]\n#[template(path = "a.html")]\nstruct A;',
          ...(configured ? { 'back/core/askama.toml': '[general]\ndirs = ["views"]\n' } : {}),
        },
        '[dependencies]\naskama = "0.16"\n',
      );
      expect([...library.folders]).toEqual(configured ? [['back/core', 'code']] : []);
    },
  );

  it('files outside the crate that rstest names are inputs of its tests', () => {
    const { tests } = readsOf({
      'back/core/tests/t.rs': '#[rstest] fn t(#[files("../data/**/*.json")] path: PathBuf) {}',
      'back/data/a.json': '',
    });
    expect(filesOf(tests)).toContain('back/data');
  });
});
