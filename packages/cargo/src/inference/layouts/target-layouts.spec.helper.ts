import { bin, dependsOn, type Layout, main, packageManifest, text } from './layout.spec.helper.js';

/** Targets that Cargo finds by their places. */
export const targetLayouts: readonly Layout[] = [
  {
    name: 'binaries that are found by their places',
    files: {
      'Cargo.toml': packageManifest('tool', '[workspace]\n'),
      'src/bin/tool/main.rs': `mod text;\n${main('text::T')}`,
      'src/bin/tool/text.rs': text('1'),
      'src/bin/second.rs': 'fn main() {}\n',
      'src/bin/third/main.rs': 'fn main() {}\n',
      'src/bin/third/unused.rs': '',
    },
  },
  {
    name: 'a dependency with binaries of its own',
    files: {
      'Cargo.toml': packageManifest('tool', dependsOn('base') + '[workspace]\n'),
      'src/main.rs': main('base::T'),
      'base/Cargo.toml': packageManifest('base'),
      'base/src/lib.rs': text('1'),
      'base/src/main.rs': 'mod cli;\nfn main() {}\n',
      'base/src/cli.rs': '',
      'base/src/bin/extra.rs': 'fn main() {}\n',
    },
  },
  {
    name: 'tests, examples and benches beside the code, also in places of their own',
    files: {
      'Cargo.toml': packageManifest('tool', '[[test]]\nname = "odd"\npath = "checks/odd.rs"\n[workspace]\n'),
      'src/main.rs': main('1'),
      'src/lib.rs': text('1'),
      'tests/works.rs': '#[test]\nfn works() { assert_eq!(include_str!("data.txt"), "data"); }\n',
      'tests/data.txt': 'data',
      'tests/more/main.rs': 'mod part;\n',
      'tests/more/part.rs': '',
      'examples/show.rs': 'fn main() {}\n',
      'benches/speed.rs': 'fn main() {}\n',
      'checks/odd.rs': '',
    },
  },
  {
    name: 'edition 2015, where a listed binary switches discovery off',
    files: {
      'Cargo.toml': packageManifest('tool', bin('src/start.rs') + '[workspace]\n', '2015'),
      'src/start.rs': `extern crate tool;\nmod text;\n${main('text::T', 'tool::T')}`,
      'src/text.rs': text('1'),
      'src/lib.rs': 'mod inner;\npub use inner::T;\n',
      'src/inner.rs': text('2'),
      'src/main.rs': 'fn main() {}\n',
      'src/bin/other.rs': 'fn main() {}\n',
    },
  },
  {
    name: 'edition 2015, with a library at its former place',
    files: {
      'Cargo.toml': packageManifest('tool', '[lib]\nname = "parts"\n[workspace]\n', '2015'),
      'src/parts.rs': text('1'),
      'src/main.rs': `extern crate parts;\n${main('parts::T')}`,
      'src/other.rs': '',
    },
  },
  {
    name: 'edition 2024, with names that are keywords',
    files: {
      'Cargo.toml': packageManifest('tool', '[workspace]\n', '2024'),
      'src/main.rs': `mod r#type;\nmod r#gen;\n${main('r#type::T', 'r#gen::r#try::T')}`,
      'src/type.rs': text('1'),
      'src/gen.rs': 'pub mod r#try;\n',
      'src/gen/try.rs': text('2'),
      'src/gen/other.rs': '',
    },
  },
];
