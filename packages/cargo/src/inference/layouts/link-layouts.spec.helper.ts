import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Layout, main, packageManifest, reasons, text } from './layout.spec.helper.js';

const alone = { 'Cargo.toml': packageManifest('tool', '[workspace]\n') };
const withBase = (path: string) => ({
  'Cargo.toml': packageManifest(
    'tool',
    `[dependencies]\nbase = { path = "${path}" }\n[workspace]\nexclude = ["vendor"]\n`,
  ),
});

/** Makes links, each to a path that is relative to its own folder. */
const links = (targets: Readonly<Record<string, string>>) => (folder: string) => {
  for (const [path, target] of Object.entries(targets)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
};

/** Makes a folder of the repository a separate repository. */
const repositoryIn = (path: string) => (folder: string) => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: join(folder, path),
      stdio: 'ignore',
    });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A state');
};

/** Targets of symbolic links, and nested repositories. */
export const linkLayouts: readonly Layout[] = [
  {
    name: 'a source that is a link',
    files: {
      ...alone,
      'src/main.rs': `mod linked;\n${main('linked::T', 'include_str!("words.txt")')}`,
      'shared/real.rs': text('1'),
      'shared/words.txt': 'words',
      'shared/other.rs': '',
    },
    prepare: links({ 'src/linked.rs': '../shared/real.rs', 'src/words.txt': '../shared/words.txt' }),
  },
  {
    name: 'a folder of sources that is a link, from which paths step up',
    workspace: 'tool',
    files: {
      'tool/Cargo.toml': packageManifest('tool', '[workspace]\n'),
      'shared/code/main.rs': `mod text;\n${main('text::T', 'include_str!("../words.txt")')}`,
      'shared/code/text.rs': text('1'),
      'shared/words.txt': 'words',
      'shared/other.txt': '',
      'tool/words.txt': 'not these',
    },
    prepare: links({ 'tool/src': '../shared/code' }),
  },
  {
    name: 'a folder of modules that is a link',
    files: {
      ...alone,
      'src/main.rs': `mod parts;\n${main('parts::a::T')}`,
      'elsewhere/mod.rs': 'pub mod a;\n',
      'elsewhere/a.rs': text('1'),
      'elsewhere/b.rs': '',
    },
    prepare: links({ 'src/parts': '../elsewhere' }),
  },
  {
    name: 'a package in a folder that is a link',
    files: {
      ...withBase('linked/base'),
      'src/main.rs': main('base::T'),
      'real/base/Cargo.toml': packageManifest('base'),
      'real/base/src/lib.rs': 'mod text;\npub use text::T;\n',
      'real/base/src/text.rs': text('1'),
      'real/base/src/unused.rs': '',
    },
    prepare: links({ 'linked/base': '../real/base' }),
  },
  {
    name: 'a link within a folder that a build script says it reads',
    files: {
      ...alone,
      'build.rs':
        'use std::{env, fs, path::Path};\nfn main() {\n    println!("cargo:rerun-if-changed=data");\n    let made = fs::read_to_string("data/linked.txt").unwrap();\n    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("made.txt"), made).unwrap();\n}\n',
      'src/main.rs': main('include_str!(concat!(env!("OUT_DIR"), "/made.txt"))'),
      'shared/real.txt': 'real',
      'shared/other.txt': '',
      'data/own.txt': '',
    },
    prepare: links({ 'data/linked.txt': '../shared/real.txt' }),
    unreportedReads: ['shared/real.txt', 'data/linked.txt'],
    needless: { 'data/own.txt': reasons.folder },
  },
  {
    name: 'links that lead nowhere, to themselves and upwards',
    files: {
      ...alone,
      'src/main.rs': `macro_rules! modules { ($($name:ident)*) => { $(mod $name;)* } }\nmodules!(a);\n${main('a::T')}`,
      'src/a.rs': text('1'),
    },
    prepare: links({
      'src/gone': 'nowhere',
      'src/self': 'self',
      'src/up': '..',
      'src/root': '/',
      'src/further': '../..',
    }),
    needless: Object.fromEntries(
      ['gone', 'self', 'up', 'root', 'further'].map((name) => [`src/${name}`, reasons.macro]),
    ),
  },
  {
    name: 'a dependency in a clone within the repository',
    files: {
      ...withBase('vendor/base'),
      'src/main.rs': main('base::T'),
      'vendor/base/Cargo.toml': packageManifest('base', '[workspace]\n'),
      'vendor/base/src/lib.rs': 'mod text;\npub use text::T;\n',
      'vendor/base/src/text.rs': text('1'),
      'vendor/base/src/unused.rs': '',
    },
    prepare: repositoryIn('vendor/base'),
  },
  {
    name: 'a dependency in a submodule',
    files: {
      ...withBase('third_party/base/crates/base'),
      '.gitmodules': '[submodule "base"]\n\tpath = third_party/base\n\turl = https://example.org/base\n',
      'src/main.rs': main('base::T'),
      'third_party/base/Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
      'third_party/base/crates/base/Cargo.toml': packageManifest('base'),
      'third_party/base/crates/base/lib/start.rs': 'mod text;\npub use text::T;\n',
      'third_party/base/crates/base/lib/text.rs': text('1'),
      'third_party/base/crates/base/lib/unused.rs': '',
    },
    prepare: (folder) => {
      const path = join(folder, 'third_party/base/crates/base/Cargo.toml');
      writeFileSync(path, packageManifest('base', '[lib]\npath = "lib/start.rs"\n'));
      repositoryIn('third_party/base')(folder);
    },
  },
];
