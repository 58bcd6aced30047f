import { describe, expect, it } from 'vitest';
import type { SourceRole } from './cargo-variables.js';
import { resolveRead } from './paths.js';
import { scanSource } from './sources.js';

/** What a scan found, a line each: `path<base>`, with `?` where it is only likely, `$NAME`, `!what:line`. */
function found(text: string, role: SourceRole = 'source'): string[] {
  const { files, variables, unresolved } = scanSource(text, role);
  return [
    ...files.map(({ path, base, certain }) => `${path} <${base}>${certain ? '' : '?'}`),
    ...variables.map(({ name }) => `$${name}`),
    ...unresolved.map(({ by, line }) => `!${by}:${line}`),
  ];
}

describe('scanSource finds what a source reads', () => {
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
    ['#[path]', '#[path = "a/b.rs"] mod b;', ['a/b.rs <file>']],
    ['#[path] under a condition', '#[cfg_attr(unix, path = "unix.rs")] mod os;', ['unix.rs <file>']],
    ['env! and option_env!', 'env!("A"); option_env!("B"); env!("C", "message")', ['$A', '$B', '$C']],
    [
      'sqlx queries',
      'sqlx::query_as!(T, "select 1")',
      ['.sqlx <crate>?', '.sqlx <workspace>?', '$DATABASE_URL', '$SQLX_OFFLINE', '$SQLX_OFFLINE_DIR'],
    ],
    [
      'sqlx files',
      'query_file_as!(T, "q/a.sql", id)',
      [
        '.sqlx <crate>?',
        '.sqlx <workspace>?',
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
      ['templates <crate>'],
    ],
    [
      'a path out of the crate for an unknown macro',
      'graphql!("../schema.graphql")',
      ['../schema.graphql <file>?', '../schema.graphql <crate>?'],
    ],
    [
      'a path out of the crate for an unknown attribute',
      '#[grammar = "../x.pest"] struct P;',
      ['../x.pest <file>?', '../x.pest <crate>?'],
    ],
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

describe('scanSource passes over', () => {
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
    ['a path that code uses', 'std::fs::read("../x.txt")'],
    ['a folder of another attribute', '#[other(folder = "x")] struct A;'],
    ['environment of a run', 'std::env::var("HOME")'],
  ])('%s', (_, text) => {
    expect(found(text).filter((line) => !line.startsWith('!'))).toEqual([]);
  });

  it('nothing after lifetimes and labels', () => {
    const text = `fn f<'a>(x: &'a str, c: char) { 'l: loop { if c == 'é' || c == '🦀' { break 'l } } include_str!("a") }`;
    expect(found(text)).toEqual(['a <file>']);
  });

  it('nothing after raw identifiers and byte characters', () => {
    expect(found(`let r#type = b'"'; let x = r#type; include_str!("a")`)).toEqual(['a <file>']);
  });
});

describe('scanSource reads build scripts and procedural macros', () => {
  it.each<[string, SourceRole, string, string[]]>([
    [
      'rerun-if-changed',
      'build-script',
      'println!("cargo:rerun-if-changed=../proto");',
      ['../proto <crate>'],
    ],
    [
      'its new form, and several in one',
      'build-script',
      'println!("cargo::rerun-if-changed=a\\ncargo::rerun-if-env-changed=B");',
      ['a <crate>', '$B'],
    ],
    [
      'its formatted form',
      'build-script',
      'println!("cargo:rerun-if-changed={}", "x/y.c");',
      ['x/y.c <crate>', 'x/y.c <crate>?'],
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
      ['a.status <crate>?', '$MILLWRIGHT_GIT'],
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
    ['nothing of git where it is only spoken of', 'build-script', 'panic!("no git here"); f("--dirty")', []],
    [
      'likely paths',
      'build-script',
      'compile(&["../proto/a.proto"], &["proto"]); f("a.c"); g("https://x.org/y"); h("0.1.0 x")',
      ['../proto/a.proto <crate>?', 'a.c <crate>?'],
    ],
    [
      'joined paths',
      'build-script',
      'Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("proto").join("a.proto")',
      ['../proto/a.proto <crate>?'],
    ],
    [
      "paths joined to a variable's parent",
      'build-script',
      'root.parent().expect("a parent").join("web")',
      ['../web <crate>?'],
    ],
    ['a joined folder', 'build-script', 'Path::new("..").join("schema")', ['../schema <crate>?']],
    ['environment of a procedural macro', 'proc-macro', 'std::env::var("DATABASE_URL")', ['$DATABASE_URL']],
    ['no likely paths of other sources', 'source', 'include!("x.rs"); f("a/b.c")', ['x.rs <file>']],
  ])('%s', (_, role, text, expected) => {
    expect(found(text, role)).toEqual(expected);
  });
});

describe('scanSource marks what only tests read', () => {
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

describe('scanSource does not fail on what is no Rust', () => {
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

describe('resolveRead', () => {
  const place = { crate: 'back/core', workspace: 'back', file: 'back/core/src/db/mod.rs' };
  it.each([
    ['a neighbour', 'a.sql', 'file', [], 'back/core/src/db/a.sql'],
    ['a file out of the crate', '../../../x.json', 'file', [], 'back/x.json'],
    ['from the crate', './migrations/', 'crate', [], 'back/core/migrations'],
    ['from the workspace', '.sqlx', 'workspace', [], 'back/.sqlx'],
    ['a module in an inline one', 'x.rs', 'file', ['inner'], 'back/core/src/db/inner/x.rs'],
    ['what lies out of the repository', '../../../x', 'crate', [], '../x'],
    ['what is absolute', '/etc/hosts', 'file', [], '/etc/hosts'],
  ] as const)('finds %s', (_, path, base, modules, expected) => {
    expect(resolveRead(place, { path, base, modules })).toBe(expected);
  });

  it('puts the name of a file that is no mod.rs before its inline modules', () => {
    const [read] = scanSource('mod inner { #[path = "x.rs"] mod x; }').files;
    expect(read && resolveRead({ ...place, file: 'back/core/src/db.rs' }, read)).toBe(
      'back/core/src/db/inner/x.rs',
    );
  });
});
