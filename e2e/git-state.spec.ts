import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

const members = '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n';
const describe_ = 'std::process::Command::new("git").args(["describe", "--tags", "--always", "--dirty"])';
const main = (expression: string) => `fn main() { println!("{}", ${expression}); }\n`;

/** A crate whose build script runs git. */
const script = (name: string) => ({
  'Cargo.toml': manifest(name, '[workspace]\n'),
  'build.rs': `fn main() {
    let output = ${describe_}.output().unwrap();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=REVISION={}", String::from_utf8(output.stdout).unwrap().trim());
}
`,
  'src/main.rs': main('env!("REVISION")'),
});

/** A crate with a macro that reads the Git state, recognized by the name of its package. */
const macro = (name: string) => ({
  'Cargo.toml': manifest(name, '[workspace]\n[dependencies]\ngit-version = { path = "git-version" }\n'),
  'git-version/Cargo.toml': manifest('git-version', '[lib]\nproc-macro = true\n'),
  'git-version/src/lib.rs': `use proc_macro::TokenStream;
#[proc_macro]
pub fn git_version(_: TokenStream) -> TokenStream {
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let output = ${describe_}.current_dir(folder).output().unwrap();
    format!("{:?}", String::from_utf8(output.stdout).unwrap().trim()).parse().unwrap()
}
`,
  'src/main.rs': main('git_version::git_version!()'),
});

let workspace: Workspace;
let upstream: string;
afterEach(() => {
  workspace.remove();
  rmSync(upstream, { recursive: true, force: true });
});

const git = (folder: string, ...args: readonly string[]) =>
  execFileSync(
    'git',
    [
      ...['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always'],
      ...args,
    ],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );

const inner = 'third_party/inner';
/** Builds an outer and an inner crate that both read the Git state, and returns the outcome of each. */
function setUp(files: Readonly<Record<string, string>>, place: (folder: string) => void) {
  upstream = mkdtempSync(join(tmpdir(), 'millwright-upstream-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(upstream, path)), { recursive: true });
    writeFileSync(join(upstream, path), text);
  }
  execFileSync('cargo', ['generate-lockfile', '--offline'], { cwd: upstream, stdio: 'ignore' });
  git(upstream, 'init', '--initial-branch=main');
  git(upstream, 'add', '--all');
  git(upstream, 'commit', '--message', 'One');
  const outer = script('outer');
  workspace = new Workspace({
    'Cargo.toml': `${members}exclude = ["third_party"]\n`,
    'crates/outer/Cargo.toml': manifest('outer'),
    'crates/outer/build.rs': outer['build.rs'],
    'crates/outer/src/main.rs': outer['src/main.rs'],
  });
  place(workspace.folder);
  workspace.commit();
}

function build() {
  const { status, output } = workspace.nx(['run-many', '-t', 'build']);
  expect(status, output).toBe(0);
  expect(output).not.toContain('.git/');
  const found = outcomes(output);
  return Object.fromEntries(
    ['inner', 'outer'].map((name) => [
      name,
      `${found[`${name}:build-linux-amd64:release`] ?? ''} ${execFileSync(
        workspace.path(`artifacts/linux/amd64/${name}`),
        { encoding: 'utf8' },
      ).trim()}`,
    ]),
  );
}

it.each<[string, string, (folder: string) => void, Readonly<Record<string, string>>]>([
  [
    'a submodule',
    'build script',
    (folder) => git(folder, 'submodule', 'add', upstream, inner),
    script('inner'),
  ],
  ['a nested clone', 'macro', (folder) => git(folder, 'clone', upstream, inner), macro('inner')],
])(
  'a crate in %s gets the version of that repository, which its %s reads from Git',
  (_, __, place, files) => {
    setUp(files, place);
    const folder = workspace.path(inner);
    const commit = (at: string) => git(at, 'rev-parse', '--short', 'HEAD').trim();
    expect(build()).toEqual({
      inner: `built ${commit(folder)}`,
      outer: `built ${commit(workspace.folder)}`,
    });
    git(folder, 'tag', 'v1');
    expect(build()).toEqual({ inner: 'built v1', outer: `cached ${commit(workspace.folder)}` });
    workspace.commit();
    expect(build()).toEqual({ inner: 'cached v1', outer: `built ${commit(workspace.folder)}` });
    git(folder, 'tag', '--annotate', '--message', 'x', 'v2');
    git(folder, 'tag', '--delete', 'v1');
    git(folder, 'pack-refs', '--all');
    expect(build().inner).toBe('built v2');
    writeFileSync(join(folder, 'src/main.rs'), `${files['src/main.rs']}// A change.\n`);
    expect(build().inner).toBe('built v2-dirty');
    git(folder, 'checkout', 'src/main.rs');
    expect(build().inner).toBe('cached v2');
  },
);
