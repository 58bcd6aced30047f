import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from '../workspace.ts';

/** Changes that require several workspaces or builds. */
let workspace: Workspace;
const beside: string[] = [];
afterEach(() => {
  workspace.remove();
  for (const path of beside.splice(0)) rmSync(path, { recursive: true, force: true });
});

const printed = (name = 'app') =>
  execFileSync(workspace.path(`artifacts/linux/amd64/${name}`), { encoding: 'utf8' }).trim();
const build = (env: Readonly<Record<string, string>> = {}) => {
  const { status, output } = workspace.nx(['run-many', '-t', 'build'], env);
  expect(status, output).toBe(0);
  return output;
};
const members = '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n';
const main = (expression: string) => `fn main() { println!("{}", ${expression}); }\n`;

it('a crate and a file outside the repository are inputs', () => {
  let far = '';
  workspace = new Workspace(
    { 'package.json': '{"name":"small"}' },
    { platforms: ['linux/amd64'] },
    (folder) => {
      far = `${folder}-far`;
      beside.push(far);
      const write = (path: string, text: string) => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      };
      write(join(far, 'Cargo.toml'), manifest('far'));
      write(join(far, 'src/lib.rs'), 'pub fn far() -> &\'static str { "far 1" }\n');
      write(join(far, 'note.txt'), 'note 1');
      const up = `../../../${basename(far)}`;
      write(join(folder, 'Cargo.toml'), members);
      write(
        join(folder, 'crates/app/Cargo.toml'),
        manifest('app', `[dependencies]\nfar = { path = "${up}" }\n`),
      );
      const note = `include_str!("../../../../${basename(far)}/note.txt")`;
      write(join(folder, 'crates/app/src/main.rs'), main(`format!("{} {}", far::far(), ${note})`));
    },
  );
  build();
  expect(printed()).toBe('far 1 note 1');
  writeFileSync(join(far, 'src/lib.rs'), 'pub fn far() -> &\'static str { "far 2" }\n');
  build();
  expect(printed()).toBe('far 2 note 1');
  writeFileSync(join(far, 'note.txt'), 'note 2');
  utimesSync(join(far, 'note.txt'), new Date('2020-01-01'), new Date('2020-01-01'));
  build();
  expect(printed()).toBe('far 2 note 2');
});

it('crates of a submodule are affected and rebuilt when it moves to another commit', () => {
  let source = '';
  workspace = new Workspace({ 'package.json': '{"name":"small"}' }, undefined, (folder) => {
    source = `${folder}-upstream`;
    beside.push(source);
    mkdirSync(join(source, 'src'), { recursive: true });
    writeFileSync(join(source, 'Cargo.toml'), manifest('app'));
    writeFileSync(
      join(source, 'Cargo.lock'),
      'version = 4\n\n[[package]]\nname = "app"\nversion = "0.1.0"\n',
    );
    writeFileSync(join(source, 'src/main.rs'), main('1'));
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: source,
    });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'One');
  workspace.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', source, 'third_party/app');
  workspace.commit();
  build();
  expect(printed()).toBe('1');
  writeFileSync(join(source, 'src/main.rs'), main('2'));
  git('commit', '--quiet', '--all', '--message', 'Two');
  workspace.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--remote');
  const { output } = workspace.nx(['affected', '-t', 'build', '--base=HEAD']);
  expect(Object.keys(outcomes(output))).toContain('app:build-linux-amd64:release');
  expect(printed()).toBe('2');
});

it('switching branches gives the artifacts of each, from the cache the second time', () => {
  workspace = new Workspace({
    'Cargo.toml': members,
    'crates/app/Cargo.toml': manifest('app'),
    'crates/app/src/main.rs': main('"one"'),
  });
  build();
  const one = workspace.read('artifacts/linux/amd64/app.sha256');
  workspace.git('switch', '--quiet', '--create', 'other');
  workspace.write('crates/app/src/main.rs', main('"two"'));
  workspace.commit();
  build();
  expect(printed()).toBe('two');
  workspace.git('switch', '--quiet', 'main');
  expect(outcomes(build())['app:build-linux-amd64:release']).toBe('cached');
  expect(workspace.read('artifacts/linux/amd64/app.sha256')).toBe(one);
  build({ NX_SKIP_NX_CACHE: 'true' });
  expect(workspace.read('artifacts/linux/amd64/app.sha256')).toBe(one);
});

it('two concurrent runs both succeed with correct artifacts', async () => {
  workspace = new Workspace({
    'Cargo.toml': members,
    ...Object.fromEntries(
      ['app', 'other'].flatMap((name) => [
        [`crates/${name}/Cargo.toml`, manifest(name)],
        [`crates/${name}/src/main.rs`, main(`"${name}"`)],
      ]),
    ),
  });
  const ends = [0, 1].map(
    () =>
      new Promise((resolve) => {
        workspace.start(['run-many', '-t', 'build', '--skip-nx-cache']).on('exit', resolve);
      }),
  );
  expect(await Promise.all(ends)).toEqual([0, 0]);
  expect([printed(), printed('other')]).toEqual(['app', 'other']);
});

it('does not use outputs that another cargo built in between', () => {
  workspace = new Workspace({
    'Cargo.toml': members,
    'crates/app/Cargo.toml': manifest('app'),
    'crates/app/src/main.rs': main('"one"'),
  });
  // The development profile, whose folder is the one that a developer's own cargo builds in.
  const dev = () => workspace.nx(['run', 'app:build:dev', '--skip-nx-cache']).status;
  expect(dev()).toBe(0);
  workspace.write('crates/app/src/main.rs', main('"two"'));
  workspace.cargo('build', '--quiet');
  workspace.write('crates/app/src/main.rs', main('"one"'));
  utimesSync(workspace.path('crates/app/src/main.rs'), new Date('2020-01-01'), new Date('2020-01-01'));
  expect(dev()).toBe(0);
  expect(execFileSync(workspace.path('artifacts/dev/linux/amd64/app'), { encoding: 'utf8' })).toBe('one\n');
});

it('ignored files are inputs if a source names them or their folder', () => {
  workspace = new Workspace({
    'Cargo.toml': members,
    '.gitignore': 'node_modules\n.nx\n/artifacts\ntarget\ngenerated\n',
    'crates/app/Cargo.toml': manifest('app'),
    'crates/app/build.rs': `fn main() {
    println!("cargo:rerun-if-changed=../../generated/parts");
    let names = std::fs::read_dir("../../generated/parts").unwrap().count();
    println!("cargo:rustc-env=PARTS={names}");
}
`,
    'crates/app/src/main.rs': main('format!("{} {}", include_str!("../generated/word.txt"), env!("PARTS"))'),
    'crates/app/generated/word.txt': 'one',
    'generated/parts/a': '',
  });
  build();
  expect(printed()).toBe('one 1');
  workspace.write('crates/app/generated/word.txt', 'two');
  build();
  expect(printed()).toBe('two 1');
  workspace.write('generated/parts/b', '');
  build();
  expect(printed()).toBe('two 2');
});

it('the commit is an input only of crates whose build reads it from git', () => {
  const script = `fn main() {
    let output = std::process::Command::new("git").args(["rev-parse", "HEAD"]).output().unwrap();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=COMMIT={}", String::from_utf8(output.stdout).unwrap().trim());
}
`;
  workspace = new Workspace({
    'Cargo.toml': members,
    'crates/app/Cargo.toml': manifest('app'),
    'crates/app/build.rs': script,
    'crates/app/src/main.rs': main('env!("COMMIT")'),
    'crates/other/Cargo.toml': manifest('other'),
    'crates/other/src/main.rs': main('1'),
  });
  build();
  workspace.commit();
  const found = outcomes(build());
  expect(printed()).toBe(workspace.git('rev-parse', 'HEAD').trim());
  expect(found['other:build-linux-amd64:release']).toBe('cached');
});

it('whether the work tree is clean is an input only of crates whose build reads it from git', () => {
  const script = (...args: readonly string[]) => `fn main() {
    let output = std::process::Command::new("git").args(${JSON.stringify(args)}).output().unwrap();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=GIT={}", String::from_utf8(output.stdout).unwrap().trim());
}
`;
  workspace = new Workspace({
    'Cargo.toml': members,
    'notes.txt': '1',
    'crates/app/Cargo.toml': manifest('app'),
    'crates/app/build.rs': script('describe', '--always', '--dirty'),
    'crates/app/src/main.rs': main('env!("GIT")'),
    'crates/commit/Cargo.toml': manifest('commit'),
    'crates/commit/build.rs': script('rev-parse', 'HEAD'),
    'crates/commit/src/main.rs': main('env!("GIT")'),
    'crates/other/Cargo.toml': manifest('other'),
    'crates/other/src/main.rs': main('1'),
  });
  const built = () =>
    Object.entries(outcomes(build())).flatMap(([task, outcome]) =>
      task.includes(':build-') && outcome === 'built' ? [task.slice(0, task.indexOf(':'))] : [],
    );
  expect(built().sort()).toEqual(['app', 'commit', 'other']);
  expect(printed()).not.toContain('dirty');
  workspace.write('notes.txt', '2');
  expect(built()).toEqual(['app']);
  expect(printed()).toMatch(/-dirty$/);
  workspace.write('notes.txt', '3');
  workspace.write('untracked.txt', '1');
  expect(built()).toEqual([]);
  workspace.git('checkout', '--quiet', '.');
  expect(built()).toEqual([]);
  expect(printed()).not.toContain('dirty');
});

it('a folder that is embedded through a variable is an input, and is reported if it is missing', () => {
  const far = mkdtempSync(join(tmpdir(), 'millwright-web-'));
  beside.push(far);
  // As rust-embed does it, by its name.
  const embed = `use proc_macro::{TokenStream, TokenTree};
#[proc_macro_derive(RustEmbed, attributes(folder))]
pub fn embed(input: TokenStream) -> TokenStream {
    let attribute = input.into_iter().find_map(|tree| match tree { TokenTree::Group(group) => Some(group), _ => None });
    let text = attribute.unwrap().to_string();
    let named = text.split('"').nth(1).unwrap();
    let (variable, rest) = named.strip_prefix('$').unwrap().split_once('/').unwrap();
    let folder = std::path::Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join(std::env::var(variable).unwrap());
    let word = std::fs::read_to_string(folder.join(rest).join("word.txt")).unwrap();
    format!("impl Web {{ fn word() -> &'static str {{ {word:?} }} }}").parse().unwrap()
}
`;
  workspace = new Workspace({
    'Cargo.toml': members,
    '.gitignore': 'node_modules\n.nx\n/artifacts\ntarget\ndist\n',
    'crates/embed/Cargo.toml': manifest('rust-embed', '[lib]\nproc-macro = true\n'),
    'crates/embed/src/lib.rs': embed,
    'crates/app/Cargo.toml': manifest('app', '[dependencies]\nrust-embed = { path = "../embed" }\n'),
    'crates/app/src/main.rs': `#[derive(rust_embed::RustEmbed)]\n#[folder = "$WEB_DIR/dist"]\nstruct Web;\n${main('Web::word()')}`,
    'web/dist/word.txt': 'inside 1',
  });
  const outcome = (folder: string) => outcomes(build({ WEB_DIR: folder }))['app:build-linux-amd64:release'];
  const inside = '../../web';
  expect([outcome(inside), printed()]).toEqual(['built', 'inside 1']);
  expect(outcome(inside)).toBe('cached');
  workspace.write('web/dist/word.txt', 'inside 2');
  expect([outcome(inside), printed()]).toEqual(['built', 'inside 2']);
  mkdirSync(join(far, 'dist'));
  writeFileSync(join(far, 'dist/word.txt'), 'far 1');
  expect([outcome(far), printed()]).toEqual(['built', 'far 1']);
  writeFileSync(join(far, 'dist/word.txt'), 'far 2');
  expect([outcome(far), printed()]).toEqual(['built', 'far 2']);

  for (const [WEB_DIR, message] of [
    ['../nowhere', /main\.rs:2 embeds the folder crates\/nowhere\/dist, which does not exist/],
    [undefined, /main\.rs:2 embeds the folder \$WEB_DIR\/dist, but the variable is not set/],
  ] as const) {
    const { status, output } = workspace.nx(['run', 'app:build'], { WEB_DIR });
    expect(status).not.toBe(0);
    expect(output).toMatch(message);
  }
});

const computed = {
  'Cargo.toml': members,
  'crates/app/Cargo.toml': manifest('app'),
  'crates/app/build.rs': `fn main() {
    let path = ["..", "..", "data", "hidden.txt"].join("/");
    println!("cargo:rerun-if-changed={path}");
    println!("cargo:rustc-env=HIDDEN={}", std::fs::read_to_string(path).unwrap());
}
`,
  'crates/app/src/main.rs': main('env!("HIDDEN")'),
  'data/hidden.txt': 'hidden 1',
};

it('a file that no source names is reported with the lines that declare it as an input', () => {
  workspace = new Workspace(computed);
  expect(build()).toMatch(/inputs = \["\.\.\/\.\.\/data\/hidden\.txt"\]/);
  workspace.write(
    'crates/app/Cargo.toml',
    `${manifest('app')}[package.metadata.millwright]\ninputs = ["../../data/hidden.txt"]\n`,
  );
  expect(build()).not.toContain('does not declare');
  workspace.write('data/hidden.txt', 'hidden 2');
  expect(build()).not.toContain('does not declare');
  expect(printed()).toBe('hidden 2');
});

it('strictInputs fails such a build and keeps the previous artifact', () => {
  workspace = new Workspace(computed, { platforms: ['linux/amd64'], strictInputs: true });
  mkdirSync(workspace.path('artifacts/linux/amd64'), { recursive: true });
  workspace.write('artifacts/linux/amd64/app', 'before');
  const { status, output } = workspace.nx(['run', 'app:build']);
  expect(status).not.toBe(0);
  expect(output).toContain('INPUT_UNDECLARED');
  expect(output).toContain('data/hidden.txt');
  expect(workspace.read('artifacts/linux/amd64/app')).toBe('before');
  expect(existsSync(workspace.path('artifacts/linux/amd64/app.sha256'))).toBe(false);
});
