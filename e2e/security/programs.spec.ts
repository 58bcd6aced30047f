import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isolatedPlugins,
  manifest,
  nxEnvironment,
  outcomes,
  reportVariable,
  repository,
  Workspace,
} from '../workspace.ts';

const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).error === undefined;
if (!hasStrace && process.env.CI !== undefined) throw new Error('strace is not installed, and must be in CI');

const evil = './evil.sh';
const commands: [name: string, args: readonly string[]][] = [
  ['graph', ['graph', '--file=.nx/graph.json']],
  ['show projects', ['show', 'projects']],
  ['show project', ['show', 'project', 'app', '--json']],
];
/** Names with which tools might be found in folders of the repository. */
const names = [
  ...['git', 'cargo', 'rustc', 'rustup', 'go', 'gcc', 'cc', 'docker', 'zig', 'sccache'],
  ...['node', 'npm', 'npx', 'nx', 'sh', 'env', 'pkg-config', 'uname', 'ldd', 'getconf'],
];
/** Folders of the repository that some tools put on PATH or search before it. */
const folders = ['.', 'app', 'app/node_modules/.bin', 'hello/node_modules/.bin', 'bin', 'app/bin'];

/** Files in a repository that make some tool run a program, except cargo and go. */
const harmlessToBuilds: Readonly<Record<string, string>> = {
  '.npmrc': `script-shell=${evil}\nnode-options=--require ./evil.cjs\ngit=${evil}\nglobalconfig=./evil.cjs\n`,
  '.yarnrc.yml': `yarnPath: ${evil}\n`,
  '.pnpmfile.cjs': 'require("./evil.cjs");\n',
  '.envrc': `${evil}\n`,
  '.tool-versions': 'rust ref:./evil.sh\ngolang path:.\n',
  '.mise.toml': `[hooks]\nenter = "${evil}"\n[env]\n_.source = "${evil}"\n`,
  'evil.cjs': 'require("node:fs").writeFileSync(__dirname + "/ran", "evil.cjs");\n',
  '.gitattributes': '* filter=evil diff=evil merge=evil\n',
  '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c ${evil}%\n\tupdate = none\n`,
  '.gitconfig': `[core]\n\tfsmonitor = ${evil}\n\tsshCommand = ${evil}\n[alias]\n\tdescribe = !${evil}\n[safe]\n\tdirectory = *\n`,
  'xdg/git/config': `[filter "evil"]\n\tclean = ${evil}\n[credential]\n\thelper = !${evil}\n[include]\n\tpath = ../../.gitconfig\n`,
  'stack/.env': 'DOCKER_HOST=unix:///nowhere\nDOCKER_CONFIG=.\nCOMPOSE_FILE=evil.yaml\nPATH=.\n',
  'stack/config.json': '{"cliPluginsExtraDirs":["."],"credsStore":"evil","currentContext":"evil"}',
  'stack/compose.yaml': 'services:\n  web: { image: "debian:bookworm-slim" }\n',
  'sub/.keep': '',
};
/**
 * Files in a repository that make cargo, go or git run another program. Builds would follow some of them.
 */
const harmful: Readonly<Record<string, string>> = {
  '.cargo/config.toml': [
    'paths = ["../../elsewhere", "/dev/zero", "app"]',
    'include = ["more.toml", "../../elsewhere.toml"]',
    '[build]',
    `rustc = "${evil}"`,
    `rustc-wrapper = "${evil}"`,
    '[target.x86_64-unknown-linux-gnu]',
    `linker = "${evil}"`,
    `runner = "${evil}"`,
    '[alias]',
    'build = ["run", "--bin", "evil"]',
    '[registry]',
    `global-credential-providers = ["${evil}"]`,
    '[registries.mine]',
    'index = "sparse+http://127.0.0.1:1/"',
    `credential-provider = ["${evil}"]`,
    '[credential-alias]',
    `cargo-token = ["${evil}"]`,
    '[net]',
    'git-fetch-with-cli = true',
    '[env]',
    `RUSTC = { value = "${evil}", force = true }`,
    `GIT_SSH_COMMAND = { value = "${evil}", force = true }`,
    `LD_PRELOAD = "${evil}"`,
    '',
  ].join('\n'),
  '.cargo/more.toml': `[build]\nrustc-workspace-wrapper = "${evil}"\n`,
  'rust-toolchain.toml': '[toolchain]\npath = "."\n',
  'hello/go.env': 'GOFLAGS=-toolexec=./evil.sh\n',
  'go.work':
    'go 1.25\n\ntoolchain go1.99.9\n\nuse ./hello\n\nuse ../elsewhere\n\nreplace example.org/hello => /dev\n',
  'hello/line.go': 'package main\n\n//line /dev/zero:1\nimport "C"\n',
  // A submodule whose Git folder is tracked by the repository, with its own configuration.
  'sub/.git': 'gitdir: ../app\n',
  'sub/Cargo.toml': `${manifest('sub')}\n[workspace]\n`,
  'sub/src/lib.rs': '',
};

describe.skipIf(!hasStrace)('a repository with hostile configuration (requires strace)', () => {
  let workspace: Workspace;
  /** The programs that Nx starts without our plugins, with their arguments. */
  let ofNx: ReadonlySet<string>;

  beforeAll(() => {
    workspace = new Workspace(
      {
        'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
        'app/Cargo.toml': manifest('app'),
        // Makes the state of the work tree an input.
        'app/build.rs':
          'fn main() { std::process::Command::new("git").args(["describe", "--always", "--dirty"]).status().unwrap(); }\n',
        'app/src/main.rs': 'fn main() {}\n',
        'hello/go.mod': 'module example.org/hello\n\ngo 1.25\n',
        'hello/main.go': 'package main\n\nfunc main() {}\n',
        'client/go.mod': 'module example.org/client\n\ngo 1.25\n\ntoolchain go1.99.9\n',
        'client/client.go': 'package client\n',
        ...harmlessToBuilds,
      },
      undefined,
      (folder) => {
        const programs = folders.flatMap((place) => names.map((name) => join(place, name)));
        for (const path of ['evil.sh', 'sub/evil.sh', ...programs]) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), `#!/bin/sh\necho "$0" >> '${folder}/ran'\nexit 1\n`, {
            mode: 0o755,
          });
        }
        for (const name of ['app', 'hello', 'stack']) bareRepository(join(folder, name));
      },
      [],
    );
    ofNx = new Set(commands.flatMap(([, args]) => programsOf(args).started));
    const options = { platforms: ['linux/amd64'] };
    const plugins = [
      { plugin: '@millwright/cargo', options },
      { plugin: '@millwright/go', options },
      '@millwright/compose',
    ];
    workspace.write('nx.json', JSON.stringify({ analytics: false, plugins }));
    workspace.commit();
    hostileGitFolder(workspace);
  });
  afterAll(() => {
    workspace.remove();
  });

  it.each(commands)('nx %s starts no more programs than Nx without plugins', (_, args) => {
    for (const [path, text] of Object.entries(harmful)) workspace.write(path, text);
    const { status, output, started } = programsOf(args);
    for (const path of Object.keys(harmful)) workspace.delete(path);
    expect(status, output).toBe(0);
    expect(started.filter((call) => !ofNx.has(call))).toEqual([]);
    expect(workspace.exists('ran')).toBe(false);
  });

  it('a fully cached build starts only git, and no program named by the repository', () => {
    const build = ['run-many', '-t', 'build'];
    // Nx sets these variables for everything that it loads, and the build script uses them.
    workspace.write('.env', gitVariables(workspace.path('evil.sh'), workspace.path('xdg')));
    const first = workspace.nx(build);
    expect(first.status, first.output).toBe(0);
    rmSync(workspace.path('ran'), { force: true });
    const { output, started } = programsOf(build);
    const built = Object.entries(outcomes(output)).filter(([, outcome]) => outcome !== 'cached');
    expect(built, output).toEqual([]);
    const own = started.filter((call) => !ofNx.has(call));
    expect(own.filter((call) => !isSafeGit(call))).toEqual([]);
    expect(own.length).toBeGreaterThan(0);
    expect(workspace.exists('ran')).toBe(false);
  });

  /**
   * Runs Nx, and returns the programs that it started except Node, by their real paths with their
   * arguments.
   */
  function programsOf(args: readonly string[]): { status: number | null; output: string; started: string[] } {
    const log = workspace.path('.nx/strace');
    mkdirSync(dirname(log), { recursive: true });
    const nx = join(repository, 'node_modules/.bin/nx');
    const options = ['-f', '-qq', '-s', '400', '-e', 'trace=execve', '-e', 'signal=none', '-o', log];
    const { status, stdout, stderr } = spawnSync('strace', [...options, nx, ...args], {
      cwd: workspace.folder,
      env: nxEnvironment({ ...reportVariable(), ...isolatedPlugins }),
      encoding: 'utf8',
    });
    const calls = readFileSync(log, 'utf8').matchAll(/execve\("([^"]+)", \[(.*?)\], .*= 0$/gm);
    const started = [...calls]
      .map(([, program = '', argv = '']) => `${realpathSync(resolve(workspace.folder, program))} ${argv}`)
      .map((call) => call.replaceAll(/"[0-9a-f]{40}"/g, '"<commit>"'))
      .filter((call) => !/^\S*\/(node|nx\.js|env) /.test(call));
    return { status, output: stdout + stderr, started };
  }
});

function isSafeGit(call: string): boolean {
  return (
    /^\S*\/git "git", /.test(call) &&
    ['safe.bareRepository=explicit', 'core.fsmonitor=false', 'core.hooksPath=/dev/null'].every((setting) =>
      call.includes(`"${setting}"`),
    )
  );
}

/** Returns a `.env` file that would make git run a program. */
function gitVariables(program: string, configuration: string): string {
  return [
    'GIT_CONFIG_COUNT=1',
    'GIT_CONFIG_KEY_0=core.fsmonitor',
    `GIT_CONFIG_VALUE_0=${program}`,
    `GIT_EXTERNAL_DIFF=${program}`,
    `GIT_SSH_COMMAND=${program}`,
    `XDG_CONFIG_HOME=${configuration}`,
    '',
  ].join('\n');
}

/**
 * Creates a `.git` folder as from an archive, with a foreign configuration and hooks. The git that Nx
 * itself starts would run a file system monitor, which the tests of `runGit` cover.
 */
function hostileGitFolder(workspace: Workspace): void {
  const program = workspace.path('evil.sh');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace.folder });
  git('config', 'core.hooksPath', workspace.path('hooks'));
  git('config', 'diff.external', program);
  git('config', 'alias.describe', `!${program}`);
  for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction']) {
    mkdirSync(workspace.path('hooks'), { recursive: true });
    writeFileSync(workspace.path(`hooks/${hook}`), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  }
}

/** Writes plain files that git recognizes as a bare repository with its own configuration. */
function bareRepository(folder: string): void {
  const files = {
    HEAD: 'ref: refs/heads/main\n',
    config: `[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = ${evil}\n\thooksPath = .\n`,
    'objects/.keep': '',
    'refs/heads/.keep': '',
    'hooks/post-index-change': '#!/bin/sh\ntouch ran\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o755 });
  }
}
