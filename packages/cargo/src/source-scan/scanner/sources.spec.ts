import { describe, expect, it } from 'vitest';
import type { SourceRole } from './cargo-variables.js';
import { scanSource } from './sources.js';

/** Formats the result of a scan, one read per line: `path <base>`, with `?` if uncertain, `$NAME`, `!what:line`. */
function found(text: string, role: SourceRole = 'source'): string[] {
  const { files, variables, unresolved, run } = scanSource(text, role);
  return [
    ...files.map(({ path, base, certain }) => `${path} <${base}>${certain ? '' : '?'}`),
    ...run.paths.map(({ path, certain }) => `${path} <run>${certain ? '' : '?'}`),
    ...variables.map(({ name }) => `$${name}`),
    ...run.variables.map(({ name }) => `$${name}`),
    ...unresolved.map(({ by, line }) => `!${by}:${line}`),
  ];
}

describe('scanSource finds the files and variables that a source reads', () => {
  it.each<[string, string, string[]]>([
    ['include!', 'include!("a.rs");', ['a.rs <file>']],
    ['include_str! with brackets', 'let x = include_str!["../a.txt"];', ['../a.txt <file>']],
    ['include_bytes! with a path and a comma', 'std::include_bytes!{ "a.bin", }', ['a.bin <file>']],
    ['a raw string', 'include_str!(r#"a"b.txt"#)', ['a"b.txt <file>']],
    ['escapes', String.raw`include_str!("a\u{62}\x63.txt")`, ['abc.txt <file>']],
    [
      'concat! from the manifest',
      'include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../", "x.sql"))',
      ['../x.sql <crate>'],
    ],
    ['concat! of literals', 'include_str!(concat!("a", "/b.txt"))', ['a/b.txt <file>']],
    ['documentation', '#![doc = include_str!("README.md")]', ['README.md <file>']],
    [
      'documentation under a condition',
      '#[cfg_attr(docsrs, doc = include_str!("d.md"))] fn x() {}',
      ['d.md <file>'],
    ],
    ['env! and option_env!', 'env!("A"); option_env!("B"); env!("C", "message")', ['$A', '$B', '$C']],
    [
      'sqlx queries',
      'sqlx::query_as!(T, "select 1")',
      [
        '.sqlx <crate>?',
        '.env <crate>?',
        '.sqlx <workspace>?',
        '.env <workspace>?',
        '$DATABASE_URL',
        '$SQLX_OFFLINE',
        '$SQLX_OFFLINE_DIR',
      ],
    ],
    [
      'sqlx files',
      'query_file_as!(T, "q/a.sql", id)',
      [
        '.sqlx <crate>?',
        '.env <crate>?',
        '.sqlx <workspace>?',
        '.env <workspace>?',
        'q/a.sql <crate>',
        '$DATABASE_URL',
        '$SQLX_OFFLINE',
        '$SQLX_OFFLINE_DIR',
      ],
    ],
    ['migrations', 'sqlx::migrate!(); migrate!("./db")', ['migrations <crate>', './db <crate>']],
    ['rust-embed', '#[derive(RustEmbed)] #[folder = "web/dist"] struct A;', ['web/dist <crate>']],
    ['rust-embed from the manifest', '#[folder = "$CARGO_MANIFEST_DIR/web"] struct A;', ['web <crate>']],
    [
      'rust-embed by a variable',
      '#[folder = "${WEB:-../web}/dist"] struct A;',
      ['${WEB:-../web}/dist <crate>', '$WEB'],
    ],
    [
      'rust-embed that may find nothing',
      '#[folder = "web"] #[allow_missing = true] struct A;',
      ['web <crate>?'],
    ],
    ['include_dir!', 'include_dir!("$CARGO_MANIFEST_DIR/assets")', ['assets <crate>']],
    ['include_dir! by a variable', 'include_dir!("$CARGO_MANIFEST_DIR/$WEB")', ['$WEB <crate>', '$WEB']],
    [
      'askama',
      '#[derive(Template)] #[template(path = "a.html", escape = "none")] struct A;',
      [
        'templates <crate>',
        'askama.toml <crate>?',
        'rinja.toml <crate>?',
        'sailfish.toml <crate>?',
        'yarte.toml <crate>?',
        'a.html <file>?',
        'a.html <crate>?',
        'a.html <workspace>?',
      ],
    ],
    [
      'a path out of the crate for an unknown macro',
      'graphql!("../schema.graphql")',
      ['../schema.graphql <file>?', '../schema.graphql <crate>?', '../schema.graphql <workspace>?'],
    ],
    [
      'a path out of the crate for an unknown attribute',
      '#[grammar = "../x.pest"] struct P;',
      ['src/../x.pest <crate>?', '../x.pest <file>?', '../x.pest <crate>?', '../x.pest <workspace>?'],
    ],
    [
      'a path in the crate for an unknown macro',
      'view!(Page, "pages/a.html")',
      ['pages/a.html <file>?', 'pages/a.html <crate>?', 'pages/a.html <workspace>?'],
    ],
    ['what a macro reads without being told', 'load_locales!()', ['locales <crate>?']],
    [
      'an argument that is no literal',
      'fn a() {}\nmacro_rules! m { ($x:expr) => { include_str!($x) } }',
      ['!include_str!:2'],
    ],
    ['a variable that is no literal', 'env!($name)', ['!env!:1']],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

describe('scanSource ignores', () => {
  it.each<[string, string]>([
    ['a line comment', '// include_str!("a")'],
    ['documentation', '/// include_str!("a")\nfn x() {}'],
    ['a nested block comment', '/* /* */ include_str!("a") */'],
    ['a string', 'let s = "include_str!(\\"a\\")";'],
    ['a raw string', 'let s = r##"include_str!("a") "# "##;'],
    ['a byte string', 'let s = b"env!(";'],
    ['a quote as a character', `let q = '"'; /* include_str!("a") */ let r = '\\'';  // "`],
    ['what build scripts generate', 'include!(concat!(env!("OUT_DIR"), "/x.rs"));'],
    ['a folder that build scripts generate', '#[folder = "$OUT_DIR/web"] struct A;'],
    ["cargo's own variables", 'env!("CARGO_PKG_VERSION"); option_env!("CARGO_BIN_NAME")'],
    ['a path that a macro of the language prints', 'println!("x/y.txt")'],
    ['a folder of another attribute', '#[other(folder = "x")] struct A;'],
  ])('%s', (_, text) => {
    expect(found(text).filter((line) => !line.startsWith('!'))).toEqual([]);
  });

  it('continues after lifetimes and labels', () => {
    const text = `fn f<'a>(x: &'a str, c: char) { 'l: loop { if c == 'é' || c == '🦀' { break 'l } } include_str!("a") }`;
    expect(found(text)).toEqual(['a <file>']);
  });

  it('continues after raw identifiers and byte characters', () => {
    expect(found(`let r#type = b'"'; let x = r#type; include_str!("a")`)).toEqual(['a <file>']);
  });
});

describe('scanSource finds the reads of build scripts, macros and tests at run time', () => {
  it.each<[string, SourceRole, string, string[]]>([
    ['rerun-if-changed', 'build-script', 'println!("cargo:rerun-if-changed=../proto");', ['../proto <run>']],
    [
      'its new form, and several in one',
      'build-script',
      'println!("cargo::rerun-if-changed=a\\ncargo::rerun-if-env-changed=B");',
      ['a <run>', '$B'],
    ],
    [
      'its formatted form',
      'build-script',
      'println!("cargo:rerun-if-changed={}", "x/y.c");',
      ['x/y.c <run>', 'x/y.c <run>?'],
    ],
    [
      'what leads linkers to files',
      'build-script',
      'let dir = env!("CARGO_MANIFEST_DIR"); println!("cargo:rustc-link-search=native={dir}/libs"); println!("cargo:rustc-link-arg-bins=-Tlink.x");',
      ['./libs <run>?', 'link.x <run>?'],
    ],
    [
      'one with a name of a known value',
      'build-script',
      'const A: &str = "a.c"; println!("cargo:rerun-if-changed={A}");',
      ['a.c <run>?', 'a.c <run>'],
    ],
    [
      'one that is not a literal',
      'build-script',
      '\nprintln!("cargo:rerun-if-changed={}", p.display());',
      ['!rerun-if-changed:2'],
    ],
    [
      'environment',
      'build-script',
      'env::var("PROTOC"); std::env::var_os("X"); var("Y")',
      ['$PROTOC', '$X', '$Y'],
    ],
    [
      "not cargo's own",
      'build-script',
      'env::var("TARGET"); env::var("CARGO_FEATURE_X"); env::var("DEP_Z_ROOT")',
      [],
    ],
    [
      'environment that is not a literal',
      'build-script',
      'env::var(name); env::vars()',
      ['!env::var:1', '!env::vars:1'],
    ],
    [
      'the commit',
      'build-script',
      'Command::new("git").args(["rev-parse", "HEAD"]); f("a.status")',
      ['a.status <run>?', '$MILLWRIGHT_GIT'],
    ],
    [
      'the commit, and whether the work tree is clean',
      'build-script',
      'git(&["describe", "--dirty=-x"]); fn git(a: &[&str]) { Command::new("git").args(a); }',
      ['$MILLWRIGHT_GIT', '$MILLWRIGHT_GIT_CHANGES'],
    ],
    [
      'both from a shell',
      'proc-macro',
      'Command::new("sh").arg("-c").arg("cd x && git status --porcelain")',
      ['$MILLWRIGHT_GIT', '$MILLWRIGHT_GIT_CHANGES'],
    ],
    [
      'the CPU of the machine',
      'build-script',
      'cc::Build::new().flag("-march=native").compile(name)',
      ['$MILLWRIGHT_HOST_CPU'],
    ],
    ['the commit by a macro', 'build-script', 'cmd!(shell, "git describe").read()', ['$MILLWRIGHT_GIT']],
    ['the commit by a list of words', 'build-script', 'run(&["git", "describe"])', ['$MILLWRIGHT_GIT']],
    ['nothing of git where it is only spoken of', 'build-script', 'panic!("no git here"); f("--dirty")', []],
    [
      'likely paths',
      'build-script',
      'compile(&["../proto/a.proto"], &["proto"]); f("a.c"); g("https://x.org/y")',
      ['../proto/a.proto <run>?', 'a.c <run>?'],
    ],
    [
      'joined paths',
      'build-script',
      'Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("proto").join("a.proto")',
      ['./../proto/a.proto <run>?', 'a.proto <run>?'],
    ],
    [
      'a name that is joined to a path nobody knows',
      'build-script',
      'root.parent().expect("a parent").join("web")',
      ['web <run>?'],
    ],
    [
      'the elements of a list, which join concatenates, are no path',
      'build-script',
      'fs::read(["..", "data"].join("/")); const P: &[&str] = &["..", "data"]; fs::read(P.join("/"))',
      [],
    ],
    ['a joined folder', 'test', 'Path::new("..").join("schema")', ['../schema <run>?']],
    [
      'paths by names of known values',
      'test',
      'let a = Path::new("x"); let b = a.join("y"); fs::read(format!("{}/z", b.display()))',
      ['x/y <run>?', 'x/y/z <run>?'],
    ],
    [
      'variables by names of known values',
      'build-script',
      'env::var(NAME); for n in LIST { var_os(n); } static LIST: &[&str] = &["A_A", "A_B"]; const NAME: &str = "N_A";',
      ['$A_A', '$A_B', '$N_A'],
    ],
    [
      'variables by a format with a prefix that a function chooses',
      'build-script',
      `fn prefix() -> &'static str { if cfg!(feature = "c") { "SQLCIPHER" } else { "SQLITE3" } }
       let p = prefix(); env::var(format!("{p}_LIB")); println!("cargo:rerun-if-env-changed={}_DIR", prefix());`,
      ['$SQLCIPHER_DIR', '$SQLCIPHER_LIB', '$SQLITE3_DIR', '$SQLITE3_LIB'],
    ],
    [
      'variables by a prefix that a match chooses',
      'build-script',
      'fn p() -> &str { match kind { A => "A", B => { "B" } _ => "C", } } env::var(concat!(p(), "_X"))',
      ['$A_X', '$B_X', '$C_X'],
    ],
    [
      'what functions and macros that ask for variables are given',
      'build-script',
      'env_flag("A_B"); get_env!("NINJA"); helpers::env_or("CC", x); command.env("PATH", x); set_var("SET", x)',
      ['$A_B', '$CC', '$NINJA'],
    ],
    ['environment of a procedural macro', 'proc-macro', 'std::env::var("DATABASE_URL")', ['$DATABASE_URL']],
    ['environment of a test', 'test', 'std::env::var("FLAVOR")', ['$FLAVOR']],
    ['no likely paths of other sources', 'source', 'include!("x.rs"); f("a/b.c")', ['x.rs <file>']],
    ['paths out of the crate in other sources', 'source', 'fs::read("../x.txt")', ['../x.txt <run>?']],
  ])('%s', (_, role, text, expected) => {
    expect([...new Set(found(text, role))].sort()).toEqual([...expected].sort());
  });
});

describe('scanSource determines whether all reads of a build script are known', () => {
  it.each<[string, string, boolean]>([
    ['reads of literals', 'use std::fs; fn main() { fs::read("a.txt"); }', true],
    ['writes', 'std::fs::write(out.join("x"), text)', true],
    ['paths below OUT_DIR', 'let out = env::var("OUT_DIR").unwrap(); fs::read(format!("{out}/x"))', true],
    ['a file that is opened', 'File::open("a")', true],
    ['a folder that is gone over', 'for e in fs::read_dir("a")? { fs::read(e?.path()); }', true],
    ['a program that reads nothing', 'Command::new("rustc").arg("-V")', true],
    ['a name of no known value', 'fs::read(name)', false],
    ['a parameter', 'fn f(a: &str) { let a = "x"; fs::read(a); }', false],
    ['a value that is changed', 'let mut a = PathBuf::from("x"); a.push(b); fs::read(a)', false],
    ['a value that is replaced', 'let mut a = "x"; a = b; fs::read(a)', false],
    ['a pattern', 'let a = "x"; if let Some(a) = b { fs::read(a) }', false],
    ['a function under another name', 'use std::fs::read as r; r(x)', false],
    ['a function that is handed on', 'paths.map(fs::read_to_string)', false],
    ['a program that may read anything', 'Command::new("make")', false],
    ['a method of a path', 'path.exists()', false],
    ['a function of the system', 'fs::soft_link(a, b)', false],
    ['a folder of libraries by a name of no known value', 'println!("cargo:rustc-link-search={}", x)', false],
    [
      'a folder of libraries below OUT_DIR',
      'println!("cargo:rustc-link-search={}", env::var("OUT_DIR").unwrap())',
      true,
    ],
  ])('%s', (_, text, expected) => {
    expect(scanSource(text, 'build-script').run.computed).toBe(!expected);
  });
});

describe('scanSource finds literals that may be names of variables', () => {
  it.each<[string, SourceRole, string, boolean, string[]]>([
    [
      'what a function is given that asks',
      'build-script',
      'fn find(name: &str) { env::var(name) } find("JEMALLOC_PREFIX"); find("NINJA"); build.define("HAVE_X", "y");',
      true,
      ['JEMALLOC_PREFIX', 'NINJA'],
    ],
    [
      'what a macro is given that asks',
      'test',
      'macro_rules! look { ($n:expr) => { env::var($n) } } look!("FLAVOR");',
      true,
      ['FLAVOR'],
    ],
    [
      'what is told to cargo by a name',
      'build-script',
      'fn f(n: &str) { println!("cargo:rerun-if-env-changed={n}") } f("A_B"); f("TARGET")',
      true,
      ['A_B'],
    ],
    [
      'in a build script, for its other sources',
      'build-script',
      'find("OPENSSL_DIR")',
      false,
      ['OPENSSL_DIR'],
    ],
    ['none of a test that asks for nothing', 'test', 'get("OPENSSL_DIR")', false, []],
  ])('%s', (_, role, text, readsComputedNames, names) => {
    const { run } = scanSource(text, role);
    expect(run.readsComputedNames).toBe(readsComputedNames);
    expect(run.names.map(({ name }) => name)).toEqual(names);
  });
});

describe('scanSource marks reads in code that only tests compile', () => {
  it.each<[string, string, boolean[]]>([
    [
      'a module',
      '#[cfg(test)] mod tests { const A: &str = include_str!("a"); } const B: &str = include_str!("b");',
      [true, false],
    ],
    [
      'a function with attributes',
      '#[cfg(test)] #[allow(x)] fn f(a: [u8; 2]) { include_str!("a"); } include_str!("b")',
      [true, false],
    ],
    [
      'a constant',
      '#[cfg(test)] const A: &str = include_str!("a"); const B: &str = include_str!("b");',
      [true, false],
    ],
    ['with another condition', '#[cfg(all(test, unix))] mod t { include_str!("a"); }', [true]],
    ['not a negation', '#[cfg(not(test))] mod t { include_str!("a"); }', [false]],
    ['not an alternative', '#[cfg(any(test, unix))] mod t { include_str!("a"); }', [false]],
    [
      'a field, and not what follows',
      'struct S { #[cfg(test)] a: u8, b: [u8; include_bytes!("a").len()] }',
      [false],
    ],
    [
      'a whole module from within',
      'mod t { #![cfg(test)] include_str!("a"); } include_str!("b")',
      [true, false],
    ],
  ])('%s', (_, text, expected) => {
    expect(scanSource(text).files.map(({ testOnly }) => testOnly)).toEqual(expected);
  });
});

describe('scanSource does not fail on invalid Rust', () => {
  it.each([
    'include_str!("a',
    'include_str!(',
    '#[path = "x',
    '/* include!("a")',
    "env!('",
    'r###"env!(',
    '}}) env!(',
    'include!["a")',
  ])('%s', (text) => {
    expect(() => scanSource(text, 'build-script')).not.toThrow();
  });
});

describe('scanSource finds modules in other files', () => {
  /** Formats each module with its enclosing modules, paths and properties. */
  function modules(text: string): string[] {
    const { modules: declared, unknownModules } = scanSource(text);
    const lines = declared.map(({ name, within, paths, testOnly }) => {
      const around = within.map((one) => `${one.name}::`).join('');
      const named = paths.map((one) => ` ${one.path}${one.always ? '' : '?'}`).join('');
      return `${around}${name}${named}${testOnly ? ' (tests)' : ''}`;
    });
    return [...lines, ...(unknownModules === 'none' ? [] : [unknownModules])];
  }

  it.each<[string, string, string[]]>([
    ['plain ones', 'mod a; pub mod b; pub(crate) mod c; pub(in crate::x) mod d;', ['a', 'b', 'c', 'd']],
    ['raw names', 'mod r#type;', ['type']],
    ['in inline modules', 'mod a { mod b; mod c { mod d; } } mod e;', ['a::b', 'a::c::d', 'e']],
    ['in functions', 'fn f() { #[path = "x.rs"] mod a; }', ['a x.rs']],
    ['by path', '#[path = "x.rs"] #[allow(x)] /// A module.\n pub mod a;', ['a x.rs']],
    [
      'by path under conditions',
      '#[cfg_attr(unix, path = "u.rs")] #[cfg_attr(windows, allow(x), path = "w.rs")] mod a;',
      ['a u.rs? w.rs?'],
    ],
    [
      'for tests',
      '#[cfg(test)] mod a; #[path = "x.rs"] #[cfg(all(test, unix))] mod b; mod c;',
      ['a (tests)', 'b x.rs (tests)', 'c'],
    ],
    ['for documentation', '#[cfg(doctest)] mod a; #[cfg(any(test, doc))] mod b;', ['a (tests)', 'b (tests)']],
    ['not for other conditions', '#[cfg(not(test))] mod a; #[cfg(any(test, unix))] mod b;', ['a', 'b']],
    ['given to a macro', 'cfg_rt! { mod a; mod b { mod c; } }', ['a', 'b::c']],
    ['none from comments and strings', '// mod a;\n/* mod b; */ const S: &str = "mod c;";', []],
    ['none without a file', 'mod a {} fn f(module: u8) {}', []],
    ['names that macros make', 'macro_rules! m { ($n:ident) => { mod $n; } }', ['own']],
    [
      'names that macros make for others',
      '#[macro_export] macro_rules! m { ($n:ident) => { mod $n; } }',
      ['exported'],
    ],
    ['places that macros make', 'macro_rules! m { () => { mod a; } }', ['a', 'own']],
    ['names that paste makes', 'paste! { mod [<a $b>]; }', ['own']],
    ['paths that are no literals', '#[path = $p] mod a;', ['a', 'own']],
  ])('%s', (_, text, expected) => {
    expect(modules(text)).toEqual(expected);
  });
});

it('scanSource reports the line of each read', () => {
  const { files, variables } = scanSource('\n\ninclude_str!("a");\n/*\n*/ env!("B"); include_str!("c")');
  expect(files.map(({ path, line }) => [path, line])).toEqual([
    ['a', 3],
    ['c', 5],
  ]);
  expect(variables).toEqual([{ name: 'B', line: 5, testOnly: false }]);
});

describe('scanSource takes linear time for', () => {
  it.each([
    'env!("A");\n',
    'Command::new("git");\n',
    '#[cfg(test)] ',
    '#[cfg(all(',
    '#[derive(',
    'query_file!(',
    'pub use ',
    'let a = ',
    'fs::read(',
    '.join("a")',
    'mod a { ',
    'r#',
    '/*',
    'a => ',
  ])('%s', (piece) => {
    const text = `include!("x"); ${piece.repeat(40_000)}`;
    expect(scanSource(text).files[0]?.path).toBe('x');
    expect(scanSource(text, 'build-script').files[0]?.path).toBe('x');
  });
});
