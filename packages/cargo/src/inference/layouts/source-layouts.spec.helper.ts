import { type Layout, main, packageManifest, reasons, text } from './layout.spec.helper.js';

const alone = { 'Cargo.toml': packageManifest('tool', '[workspace]\n') };
const withBase = {
  'Cargo.toml': packageManifest('tool', '[dependencies]\nbase = { path = "base" }\n[workspace]\n'),
};

/** Locations of modules, and other files that the compiler reads. */
export const sourceLayouts: readonly Layout[] = [
  {
    name: 'modules in folders named after files that are no mod.rs',
    files: {
      ...alone,
      'src/main.rs': `mod a;\n${main('a::b::c::T')}`,
      'src/a.rs': 'pub mod b;\n',
      'src/a/b.rs': 'pub mod c;\n',
      'src/a/b/c/mod.rs': text('1'),
      'src/b.rs': text('2'),
      'src/a/c.rs': '',
      'src/a/b/other.rs': '',
    },
  },
  {
    name: 'modules by path, also from a file that is no mod.rs',
    files: {
      ...alone,
      'src/main.rs': `mod a;\n#[path = "odd/place.rs"]\nmod place;\n${main('a::near::T', 'place::inner::T')}`,
      'src/a.rs': '#[path = "near.rs"]\npub mod near;\n',
      'src/near.rs': text('1'),
      'src/a/near.rs': '',
      'src/odd/place.rs': 'pub mod inner;\n',
      'src/odd/inner.rs': text('2'),
      'src/odd/place/inner.rs': '',
    },
  },
  {
    name: 'modules by path in inline modules',
    files: {
      ...alone,
      'src/main.rs': `mod a;\nmod outer {\n  pub mod inner {\n    #[path = "far.rs"]\n    pub mod far;\n    pub mod near;\n  }\n}\n${main('outer::inner::far::T', 'outer::inner::near::T', 'a::deep::far::T')}`,
      'src/outer/inner/far.rs': text('1'),
      'src/outer/inner/near.rs': text('2'),
      'src/far.rs': '',
      'src/a.rs': 'pub mod deep {\n  #[path = "far.rs"]\n  pub mod far;\n}\n',
      'src/a/deep/far.rs': text('3'),
      'src/deep/far.rs': '',
    },
  },
  {
    name: 'an inline module whose folder a path names',
    files: {
      ...alone,
      'src/main.rs': `#[path = "elsewhere"]\nmod outer {\n  pub mod inner;\n}\n${main('outer::inner::T')}`,
      'src/elsewhere/inner.rs': text('1'),
      'src/outer/inner.rs': '',
    },
  },
  {
    name: 'modules by path under conditions',
    files: {
      ...alone,
      'src/main.rs': `#[cfg_attr(unix, path = "unix.rs")]\n#[cfg_attr(windows, path = "windows.rs")]\nmod os;\n#[cfg_attr(test, path = "fake.rs")]\nmod real;\n${main('os::T', 'real::T')}`,
      'src/unix.rs': text('1'),
      'src/windows.rs': text('2'),
      'src/real.rs': text('3'),
      'src/fake.rs': text('4'),
    },
    needless: { 'src/windows.rs': reasons.condition },
  },
  {
    name: 'modules under conditions on tests, with all that is below',
    files: {
      ...alone,
      'src/main.rs': `#[cfg(test)]\nmod tests;\n#[cfg(all(test, unix))]\nmod unix_tests;\n#[cfg(any(test, unix))]\nmod both;\nmod shared;\n${main('both::T', 'shared::T')}`,
      'src/tests.rs': 'mod helper;\nmod fixture { pub mod data; }\n',
      'src/tests/helper.rs': '',
      'src/tests/fixture/data.rs': '',
      'src/unix_tests/mod.rs': 'use crate::shared;\n',
      'src/both.rs': text('1'),
      'src/shared.rs': `${text('2')}#[cfg(test)]\n#[path = "shared_tests.rs"]\nmod tests;\n`,
      'src/shared_tests.rs': '',
    },
  },
  {
    name: 'sources that are included, with modules of their own',
    files: {
      ...alone,
      'src/main.rs': `include!("parts/more.rs");\nfn main() { println!("{} {} {}", inner::T, include!("../tables/table.in"), include_str!("words.txt")); }\n`,
      'src/parts/more.rs': 'mod inner;\n',
      'src/parts/inner.rs': text('1'),
      'src/inner.rs': '',
      'src/words.txt': 'words',
      'tables/table.in': '2',
      'tables/other.in': '3',
    },
  },
  {
    name: 'files that are named from the manifest and in documentation',
    files: {
      ...alone,
      'src/main.rs': `#![doc = include_str!("../README.md")]\n${main('include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", "a.txt"))', 'include_bytes!(r"../data/b.bin").len()')}`,
      'README.md': '# tool\n',
      'data/a.txt': 'a',
      'data/b.bin': 'b',
      'data/c.txt': 'c',
    },
  },
  {
    name: 'modules that a macro is given and hands on',
    files: {
      ...alone,
      'src/main.rs': `macro_rules! unix { ($($item:item)*) => { $(#[cfg(unix)] $item)* } }\nunix! { mod a; pub mod b { pub mod c; } }\n${main('a::T', 'b::c::T')}`,
      'src/a.rs': text('1'),
      'src/b/c.rs': text('2'),
      'src/other.rs': '',
    },
  },
  {
    name: 'modules whose names a macro puts together',
    files: {
      ...alone,
      'src/main.rs': `macro_rules! modules { ($($name:ident)*) => { $(mod $name;)* } }\nmodules!(a b);\n${main('a::T', 'b::inner::T')}`,
      'src/a.rs': text('1'),
      'src/b/mod.rs': 'pub mod inner;\n',
      'src/b/inner.rs': 'pub const T: &str = include_str!("../../data.txt");\n',
      'src/other.rs': '',
      'data.txt': 'data',
    },
    needless: { 'src/other.rs': reasons.macro },
  },
  {
    name: 'modules that a macro of another crate declares',
    files: {
      ...withBase,
      'base/Cargo.toml': packageManifest('base'),
      'base/src/lib.rs':
        '#[macro_export]\nmacro_rules! modules { ($($name:ident)*) => { $(mod $name;)* } }\n',
      'src/main.rs': `base::modules!(a);\n${main('a::T')}`,
      'src/a.rs': text('1'),
      'src/other.rs': '',
    },
    needless: { 'src/other.rs': reasons.macro, 'NOTES.txt': reasons.macro },
  },
  {
    name: 'a file that a macro of the crate names, relative to its calls',
    files: {
      ...alone,
      'src/main.rs': `#[macro_use]\nmod macros;\nmod deep { pub mod user; }\n${main('deep::user::text()')}`,
      'src/macros.rs': 'macro_rules! words { () => { include_str!("words.txt") } }\n',
      'src/deep/user.rs': "pub fn text() -> &'static str { words!() }\n",
      'src/deep/words.txt': 'words',
      'src/other.txt': '',
    },
  },
  {
    name: 'a file of the calling crate that a macro of another crate names',
    files: {
      ...withBase,
      'base/Cargo.toml': packageManifest('base'),
      'base/src/lib.rs':
        '#[macro_export]\nmacro_rules! banner { () => { include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/banner.txt")) } }\n#[macro_export]\nmacro_rules! words { () => { include_str!("words.txt") } }\n',
      'src/main.rs': main('base::banner!()', 'base::words!()'),
      'src/words.txt': 'words',
      'banner.txt': 'banner',
      'other.txt': '',
    },
  },
  {
    name: 'a file that is given to a macro, which includes it',
    files: {
      ...alone,
      'src/main.rs': `macro_rules! embed { ($path:literal) => { include_str!($path) } }\n${main('embed!("../assets/a.txt")')}`,
      'assets/a.txt': 'a',
      'assets/b.txt': 'b',
    },
    needless: {
      'assets/b.txt': reasons.call,
      'NOTES.txt': reasons.call,
      'docs/guide.md': reasons.call,
    },
  },
  {
    name: 'a source that git ignores',
    files: {
      ...alone,
      '.gitignore': 'target\n/src/generated\n/made.txt\n',
      'src/main.rs': `mod generated;\n${main('generated::part::T', 'include_str!("../made.txt")')}`,
      'src/generated/mod.rs': 'pub mod part;\n',
      'src/generated/part.rs': text('1'),
      'src/other.rs': '',
      'made.txt': 'made',
    },
  },
  {
    name: 'a module that is called target',
    files: {
      ...alone,
      '.gitignore': 'target/debug\n',
      'src/main.rs': `mod target;\n${main('target::x86::T')}`,
      'src/target/mod.rs': 'pub mod x86;\n',
      'src/target/x86.rs': text('1'),
    },
  },
  {
    name: 'names with blanks, dots and letters of other alphabets',
    files: {
      ...alone,
      'src/main.rs': `#[path = ".hidden/große datei.rs"]\nmod a;\n${main('a::T', 'include_str!("über.txt")')}`,
      'src/.hidden/große datei.rs': text('1'),
      'src/über.txt': 'über',
      'src/.hidden/other.rs': '',
    },
  },
  {
    name: 'the same file as a module of the library and of a binary',
    files: {
      ...alone,
      'src/lib.rs': 'pub mod a;\n',
      'src/main.rs': `mod a;\n${main('a::b::T', 'tool::a::b::T')}`,
      'src/a.rs': 'pub mod b;\n',
      'src/a/b.rs': text('1'),
      'src/a/other.rs': '',
    },
  },
  {
    name: 'variables of many sources',
    files: {
      ...withBase,
      'base/Cargo.toml': packageManifest('base'),
      'base/src/lib.rs': 'mod inner;\npub use inner::T;\n',
      'base/src/inner.rs': 'pub const T: Option<&str> = option_env!("OF_BASE");\n',
      'src/main.rs': `mod inner;\n${main('option_env!("OF_TOOL").is_some()', 'base::T.is_some()', 'inner::T.is_some()')}`,
      'src/inner.rs': 'pub const T: Option<&str> = option_env!("OF_INNER");\n',
    },
  },
  {
    name: 'declarations in comments, strings and attributes, which are none',
    files: {
      ...alone,
      'src/main.rs': `// mod a;\n/* mod b; */\nconst S: &str = "mod c;";\n#[doc = "mod d;"]\nmod e;\n${main('S', 'e::T')}`,
      'src/a.rs': '',
      'src/b.rs': '',
      'src/c.rs': '',
      'src/d.rs': '',
      'src/e.rs': text('1'),
    },
  },
];
