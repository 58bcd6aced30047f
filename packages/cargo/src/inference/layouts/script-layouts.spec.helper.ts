import { type Layout, main, packageManifest, reasons, text } from './layout.spec.helper.js';

const alone = { 'Cargo.toml': packageManifest('tool', '[workspace]\n') };
const made = main('include_str!(concat!(env!("OUT_DIR"), "/made.txt"))');
/** Returns a build script that passes the value of an expression to the crate. */
const script = (expression: string, ...lines: readonly string[]) =>
  `use std::{env, fs, path::Path};\nfn main() {\n${lines.map((line) => `    println!("${line}");\n`).join('')}    let made: String = ${expression};\n    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("made.txt"), made).unwrap();\n}\n`;
const anything = { 'NOTES.txt': reasons.script, 'docs/guide.md': reasons.script };

/** Reads of build scripts and procedural macros. */
export const scriptLayouts: readonly Layout[] = [
  {
    name: 'a build script elsewhere, with modules of its own',
    files: {
      'Cargo.toml': packageManifest('tool', 'build = "ci/build/start.rs"\n[workspace]\n'),
      'ci/build/start.rs': `mod parts;\n${script('parts::T.to_string()', 'cargo:rerun-if-changed=ci')}`,
      'ci/build/parts.rs': 'mod deep;\npub use deep::T;\n',
      'ci/build/parts/deep.rs': 'pub const T: &str = include_str!("words.txt");\n',
      'ci/build/parts/words.txt': 'words',
      'src/main.rs': made,
      'build.rs': '',
      'src/other.rs': '',
    },
  },
  {
    name: 'a build script with modules by path and included sources',
    files: {
      ...alone,
      'build.rs': `#[path = "scripts/helper.rs"]\nmod helper;\ninclude!("scripts/more.rs");\n${script('format!("{}{}", helper::T, MORE)', 'cargo:rerun-if-changed=build.rs')}`,
      'scripts/helper.rs': text('1'),
      'scripts/more.rs': 'const MORE: &str = "2";\n',
      'scripts/unused.rs': '',
      'src/main.rs': made,
    },
  },
  {
    name: 'a build script that says what it reads: a file, a folder, and a folder beside the package',
    workspace: 'tool',
    files: {
      'tool/Cargo.toml': packageManifest('tool', '[workspace]\n'),
      'tool/build.rs': script(
        'format!("{}{}{}", fs::read_to_string("a.txt").unwrap(), fs::read_dir("data").unwrap().count(), fs::read_to_string("../proto/x.proto").unwrap())',
        'cargo:rerun-if-changed=a.txt',
        'cargo:rerun-if-changed=data',
        'cargo::rerun-if-changed=../proto',
      ),
      'tool/a.txt': 'a',
      'tool/b.txt': 'b',
      'tool/data/one': '1',
      'tool/data/deep/two': '2',
      'tool/src/main.rs': made,
      'proto/x.proto': 'x',
      'proto/deep/y.proto': 'y',
      'other/z.proto': 'z',
    },
    unreportedReads: ['tool/a.txt', 'proto/x.proto'],
    needless: {
      'tool/data/one': reasons.folder,
      'tool/data/deep/two': reasons.folder,
      'proto/deep/y.proto': reasons.folder,
    },
  },
  {
    name: 'a build script that goes over a folder that it names',
    files: {
      ...alone,
      'build.rs': script(
        '{ let mut all = String::new(); for entry in fs::read_dir("data").unwrap() { let path = entry.unwrap().path(); all += &fs::read_to_string(path).unwrap(); } all }',
        'cargo:rerun-if-changed=data',
      ),
      'data/one': '1',
      'data/two': '2',
      'src/main.rs': made,
    },
    unreportedReads: ['data/one', 'data/two'],
  },
  {
    name: 'a build script that puts paths together from the manifest',
    workspace: 'rust/tool',
    files: {
      'rust/tool/Cargo.toml': packageManifest('tool', '[workspace]\n'),
      'rust/tool/build.rs': script(
        '{ let here = env::var("CARGO_MANIFEST_DIR").unwrap(); let root = Path::new(&here).parent().unwrap().parent().unwrap(); let folder = root.join("shared"); let file = folder.join("a.txt"); fs::read_to_string(&file).unwrap() + &fs::read_to_string(format!("{here}/own.txt")).unwrap() }',
        'cargo:rerun-if-changed=build.rs',
      ),
      'rust/tool/own.txt': 'own',
      'rust/tool/other.txt': '',
      'rust/tool/src/main.rs': made,
      'shared/a.txt': 'a',
      'shared/b.txt': 'b',
    },
    unreportedReads: ['shared/a.txt', 'rust/tool/own.txt'],
  },
  {
    name: 'a build script that reads silently what it names',
    files: {
      ...alone,
      'build.rs': script('fs::read_to_string("quiet.txt").unwrap()', 'cargo:rerun-if-changed=build.rs'),
      'quiet.txt': 'quiet',
      'loud.txt': '',
      'src/main.rs': made,
    },
    unreportedReads: ['quiet.txt'],
  },
  {
    name: 'a build script that prints what it computes',
    files: {
      ...alone,
      'build.rs': `use std::{env, fs, path::Path};\nfn main() {\n    let mut all = String::new();\n    for name in ["a", "b"] {\n        let path = name.to_owned() + ".txt";\n        println!("cargo:rerun-if-changed={path}");\n        all += &fs::read_to_string(path).unwrap();\n    }\n    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("made.txt"), all).unwrap();\n}\n`,
      'a.txt': 'a',
      'b.txt': 'b',
      'src/main.rs': made,
    },
    unreportedReads: ['a.txt', 'b.txt'],
    needless: anything,
  },
  {
    name: 'a build script that says nothing of what it reads',
    files: {
      ...alone,
      'build.rs': script('fs::read_to_string(["da", "ta/a.txt"].concat()).unwrap()'),
      'data/a.txt': 'a',
      'src/main.rs': made,
      'src/other.rs': '',
      'tests/works.rs': '',
      'README.md': '',
      'inner/Cargo.toml': packageManifest('inner', '[workspace]\n'),
      'inner/src/lib.rs': '',
      'inner/data.txt': '',
    },
    unreportedReads: ['data/a.txt'],
    needless: {
      ...anything,
      'src/other.rs': reasons.script,
      'tests/works.rs': reasons.script,
      'README.md': reasons.script,
    },
  },
  {
    name: 'a build script that reads nothing',
    files: {
      ...alone,
      'build.rs':
        'fn main() { println!("cargo:rustc-cfg=made"); println!("cargo::rustc-check-cfg=cfg(made)"); }\n',
      'src/main.rs': main('cfg!(made)'),
      'data.txt': '',
    },
  },
  {
    name: 'a dependency whose build script reads its own package, in which another package lies',
    files: {
      'Cargo.toml': packageManifest(
        'tool',
        '[dependencies]\nbase = { path = "base" }\n[workspace]\nmembers = ["base/inner"]\n',
      ),
      'src/main.rs': main('base::T'),
      'base/Cargo.toml': packageManifest('base'),
      'base/build.rs': script(
        'fs::read_to_string(env::args().next().map(|_| "words.txt").unwrap()).unwrap()',
      ),
      'base/words.txt': 'words',
      'base/other.txt': '',
      'base/src/lib.rs': 'pub const T: &str = include_str!(concat!(env!("OUT_DIR"), "/made.txt"));\n',
      'base/inner/Cargo.toml': packageManifest('inner'),
      'base/inner/src/lib.rs': '',
    },
    unreportedReads: ['base/words.txt'],
    needless: { 'base/other.txt': reasons.script },
  },
  {
    name: 'a build script that starts a program',
    files: {
      ...alone,
      'build.rs': script(
        'String::from_utf8(std::process::Command::new("cat").arg("word".to_owned() + "s.txt").output().unwrap().stdout).unwrap()',
        'cargo:rerun-if-changed=build.rs',
      ),
      'words.txt': 'words',
      'src/main.rs': made,
    },
    unreportedReads: ['words.txt'],
    needless: anything,
  },
  {
    name: 'a build script that reads under another name',
    files: {
      ...alone,
      'build.rs': `use std::fs::read_to_string as slurp;\n${script('slurp(String::from("words") + ".txt").unwrap()', 'cargo:rerun-if-changed=build.rs')}`,
      'words.txt': 'words',
      'src/main.rs': made,
    },
    unreportedReads: ['words.txt'],
    needless: anything,
  },
  {
    name: 'a procedural macro that reads files of its own package and of the calling one',
    files: {
      'Cargo.toml': packageManifest('tool', '[dependencies]\nwords = { path = "words" }\n[workspace]\n'),
      'src/main.rs': main('words::own!()', 'words::callers!()'),
      'words/Cargo.toml': packageManifest('words', '[lib]\nproc-macro = true\n'),
      'words/src/lib.rs': `use proc_macro::TokenStream;
#[proc_macro]
pub fn own(_: TokenStream) -> TokenStream {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/own.txt")).unwrap();
    format!("{text:?}").parse().unwrap()
}
#[proc_macro]
pub fn callers(_: TokenStream) -> TokenStream {
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let text = std::fs::read_to_string(folder + "/callers" + ".txt").unwrap();
    format!("{text:?}").parse().unwrap()
}
`,
      'words/own.txt': 'own',
      'callers.txt': 'callers',
    },
    unreportedReads: ['words/own.txt', 'callers.txt'],
    needless: { 'NOTES.txt': reasons.call },
  },
  {
    name: 'a procedural macro that reads nothing',
    files: {
      'Cargo.toml': packageManifest('tool', '[dependencies]\nanswer = { path = "answer" }\n[workspace]\n'),
      'src/main.rs': main('answer::answer!()'),
      'answer/Cargo.toml': packageManifest('answer', '[lib]\nproc-macro = true\n'),
      'answer/src/lib.rs':
        'mod inner;\n#[proc_macro]\npub fn answer(_: proc_macro::TokenStream) -> proc_macro::TokenStream { inner::T.parse().unwrap() }\n',
      'answer/src/inner.rs': text('1'),
      'answer/notes.txt': '',
    },
  },
];
