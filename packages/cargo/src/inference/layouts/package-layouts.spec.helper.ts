import { bin, dependsOn, type Layout, main, packageManifest, reasons, text } from './layout.spec.helper.js';

const workspace = (...members: readonly string[]) => `[workspace]\nmembers = ${JSON.stringify(members)}\n`;
const virtual = (...members: readonly string[]) => `${workspace(...members)}resolver = "2"\n`;
const member = {
  'app/Cargo.toml': packageManifest('app'),
  'app/src/main.rs': 'fn main() {}\n',
  'app/notes.txt': '',
};

/** Locations of packages, and packages inside each other's folders. */
export const packageLayouts: readonly Layout[] = [
  {
    name: 'a package with a module, a file that no module names, and a note',
    files: {
      'Cargo.toml': packageManifest('tool', '[workspace]\n'),
      'src/main.rs': `mod text;\n${main('text::T')}`,
      'src/text.rs': text('1'),
      'src/forgotten.rs': text('2'),
      'src/notes.txt': '',
      'README.md': '# tool\n',
      'data.json': '{}',
    },
  },
  {
    name: 'a root package with members, and a binary outside src',
    files: {
      'Cargo.toml': packageManifest('tool', bin('core/main.rs') + workspace('app')),
      'core/main.rs': `mod text;\n${main('text::T')}`,
      'core/text.rs': text('1'),
      'core/other.rs': '',
      ...member,
    },
  },
  {
    name: 'a binary deep in folders outside src',
    files: {
      'Cargo.toml': packageManifest('tool', bin('cmd/tool/start.rs') + '[workspace]\n'),
      'cmd/tool/start.rs': `mod parts;\n${main('parts::inner::T')}`,
      'cmd/tool/parts/mod.rs': 'pub mod inner;\n',
      'cmd/tool/parts/inner.rs': text('1'),
      'cmd/other/start.rs': '',
    },
  },
  {
    name: 'a root file in the folder of the package itself',
    files: {
      'Cargo.toml': packageManifest('tool', bin('main.rs') + workspace('app')),
      'main.rs': `mod text;\n${main('text::T')}`,
      'text.rs': text('1'),
      'other.rs': '',
      ...member,
    },
  },
  {
    name: 'a library outside src, and a binary that uses it',
    files: {
      'Cargo.toml': packageManifest('tool', '[lib]\npath = "lib/root.rs"\n[workspace]\n'),
      'lib/root.rs': 'pub mod text;\n',
      'lib/text.rs': text('1'),
      'lib/unused.rs': '',
      'src/main.rs': main('tool::text::T'),
    },
  },
  {
    name: 'a crate in the folder of another, which does not take it',
    files: {
      'Cargo.toml': packageManifest('tool', workspace('src/inner')),
      'src/main.rs': main('1'),
      'src/inner/Cargo.toml': packageManifest('inner'),
      'src/inner/src/lib.rs': text('1'),
    },
  },
  {
    name: 'a crate in the folder of another, which takes it',
    files: {
      'Cargo.toml': packageManifest('tool', dependsOn('src/base') + '[workspace]\n'),
      'src/main.rs': main('base::T'),
      'src/base/Cargo.toml': packageManifest('base'),
      'src/base/src/lib.rs': 'mod text;\npub use text::T;\n',
      'src/base/src/text.rs': text('1'),
      'src/base/tests/works.rs': '',
      'src/base/notes.txt': '',
    },
  },
  {
    name: 'a crate that is taken, in the folder of tests of another',
    files: {
      'Cargo.toml': packageManifest('tool', dependsOn('tests/base') + '[workspace]\n'),
      'src/main.rs': main('base::T'),
      'tests/works.rs': '',
      'tests/base/Cargo.toml': packageManifest('base'),
      'tests/base/src/lib.rs': text('1'),
    },
  },
  {
    name: 'a package with a fuzz folder that is a workspace of its own',
    files: {
      'Cargo.toml': packageManifest('tool', '[workspace]\n'),
      'src/main.rs': `mod text;\n${main('text::T')}`,
      'src/text.rs': text('1'),
      'fuzz/Cargo.toml': packageManifest('tool-fuzz', '[workspace]\n'),
      'fuzz/src/main.rs': 'fn main() {}\n',
      'fuzz/corpus/seed': '',
    },
  },
  {
    name: 'a path dependency that the workspace excludes',
    files: {
      'Cargo.toml': packageManifest('tool', `${dependsOn('extra/base')}[workspace]\nexclude = ["extra"]\n`),
      'src/main.rs': main('base::T'),
      'extra/base/Cargo.toml': packageManifest('base'),
      'extra/base/src/lib.rs': text('1'),
      'extra/base/src/other.rs': '',
    },
  },
  {
    name: 'a workspace that is not at the root, with a member beside it',
    workspace: 'rust',
    files: {
      'rust/Cargo.toml': virtual('tool', '../base'),
      'rust/tool/Cargo.toml': packageManifest('tool', dependsOn('../../base')),
      'rust/tool/src/main.rs': main('base::T'),
      'base/Cargo.toml': packageManifest('base', 'workspace = "../rust"\n'),
      'base/src/lib.rs': text('1'),
      'base/src/other.rs': '',
    },
  },
  {
    name: 'two workspaces, one of which takes a crate of the other',
    workspace: 'one',
    files: {
      'one/Cargo.toml': virtual('tool'),
      'one/tool/Cargo.toml': packageManifest('tool', dependsOn('../../two/base')),
      'one/tool/src/main.rs': main('base::T'),
      'two/Cargo.toml': virtual('base', 'other'),
      'two/base/Cargo.toml': packageManifest('base'),
      'two/base/src/lib.rs': text('1'),
      'two/other/Cargo.toml': packageManifest('other'),
      'two/other/src/lib.rs': '',
    },
  },
  {
    name: 'folders whose names have the characters of globs',
    workspace: 'w(1)',
    files: {
      'w(1)/Cargo.toml': virtual('a[b]?', 'a{b,c}*'),
      'w(1)/a[b]?/Cargo.toml': packageManifest('tool', bin('core!/main.rs') + dependsOn('../a{b,c}*')),
      'w(1)/a[b]?/core!/main.rs': `#[path = "te*t.rs"]\nmod text;\n${main('text::T', 'base::T')}`,
      'w(1)/a[b]?/core!/te*t.rs': text('1'),
      'w(1)/a[b]?/core!/text.rs': '',
      'w(1)/a{b,c}*/Cargo.toml': packageManifest('base'),
      'w(1)/a{b,c}*/src/lib.rs': text('2'),
      'w(1)/ab/src/lib.rs': '',
    },
  },
  {
    name: 'a dependency by another name, and one that a patch brings',
    files: {
      'Cargo.toml': packageManifest(
        'tool',
        '[dependencies]\nother = { path = "base", package = "base" }\nfnv = "1"\n[workspace]\n[patch.crates-io]\nfnv = { path = "patched" }\n',
      ),
      'src/main.rs': main('other::T', 'fnv::T'),
      'base/Cargo.toml': packageManifest('base'),
      'base/src/lib.rs': text('1'),
      'patched/Cargo.toml': '[package]\nname = "fnv"\nversion = "1.0.7"\nedition = "2021"\n',
      'patched/src/lib.rs': text('2'),
      'patched/src/unused.rs': '',
    },
  },
  {
    name: 'a package in a folder of packages that no manifest joins',
    workspace: 'crates/tool',
    files: {
      'crates/tool/Cargo.toml': packageManifest('tool'),
      'crates/tool/src/main.rs': `#[path = "../../shared/text.rs"]\nmod text;\n${main('text::T')}`,
      'crates/shared/text.rs': text('1'),
      'crates/shared/other.rs': '',
      'crates/other/Cargo.toml': packageManifest('other'),
      'crates/other/src/lib.rs': '',
    },
  },
  {
    name: 'a source that belongs to a package within',
    files: {
      'Cargo.toml': packageManifest('tool', workspace('inner')),
      'src/main.rs': `#[path = "../inner/src/text.rs"]\nmod text;\n${main('text::T')}`,
      'inner/Cargo.toml': packageManifest('inner'),
      'inner/src/lib.rs': 'pub mod text;\n',
      'inner/src/text.rs': text('1'),
    },
    needless: {},
  },
  {
    name: 'a crate that is only built for macros and scripts',
    files: {
      'Cargo.toml': packageManifest('tool', '[build-dependencies]\nbase = { path = "base" }\n[workspace]\n'),
      'build.rs': 'fn main() { println!("cargo:rustc-env=MADE={}", base::T); }\n',
      'src/main.rs': main('env!("MADE")'),
      'base/Cargo.toml': packageManifest('base'),
      'base/src/lib.rs': text('1'),
      'base/src/unused.rs': '',
    },
    needless: { 'NOTES.txt': reasons.script, 'docs/guide.md': reasons.script },
  },
];
