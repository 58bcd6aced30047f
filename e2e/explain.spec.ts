import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { files as goFiles, link as goLinks } from './go/fixture.ts';
import { hasRustup, manifest, realRustc, Workspace } from './workspace.ts';

/** The changes that `explain` reports for each kind of input, through the real Nx. Builds nothing. */
let rust: Workspace;
let go: Workspace;
let upstream: Workspace;
let machine: string;

type Env = Readonly<Record<string, string | undefined>>;

interface Change {
  readonly kind: string;
  readonly how: string;
  readonly name: string;
  readonly through?: string;
  readonly origin?: string;
}

interface Report {
  readonly task: string;
  readonly last: { readonly changes: readonly Change[] | null; readonly status: string } | null;
  readonly changes: readonly Change[] | null;
  readonly batch: { readonly processes: readonly { readonly tasks: readonly string[] }[] } | null;
}

const commit = (workspace: Workspace, folder: string) => {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  execFileSync('git', [...identity, 'commit', '--quiet', '--all', '--message', 'x'], {
    cwd: workspace.path(folder),
  });
};

beforeAll(() => {
  machine = mkdtempSync(join(tmpdir(), 'millwright-machine-'));
  mkdirSync(join(machine, 'pkgconfig'));
  library('1.2.13');
  upstream = new Workspace({
    'Cargo.toml': `${manifest('mill')}[workspace]\n`,
    'src/lib.rs': 'pub fn mill() -> u8 { 1 }\n',
  });
  rust = new Workspace(
    {
      'Cargo.toml':
        '[workspace]\nmembers = ["crates/*"]\nexclude = ["zlib", "vendor"]\nresolver = "2"\n[workspace.dependencies]\nitoa = "=1.0.17"\n',
      // Named like a crate that links to a system library.
      'zlib/Cargo.toml': manifest('libz-sys'),
      'zlib/src/lib.rs': 'pub fn linked() -> u8 { 1 }\n',
      'crates/base/Cargo.toml': manifest('base', '[features]\ndefault = []\nloud = []\n'),
      'crates/base/src/lib.rs': 'mod part;\npub fn base() -> &\'static str { "base" }\n',
      'crates/base/src/part.rs': '\n',
      'crates/app/Cargo.toml': manifest(
        'app',
        '[features]\nextra = []\n[dependencies]\nbase = { path = "../base" }\nlibz-sys = { path = "../../zlib" }\nmill = { path = "../../vendor/mill" }\nitoa.workspace = true\n',
      ),
      'crates/app/src/main.rs':
        'fn main() { println!("{} {} {} {} {:?}", base::base(), libz_sys::linked(), mill::mill(), include_str!("../../../shared/banner.txt"), option_env!("APP_CHANNEL")); }\n',
      'crates/app/build.rs':
        'fn main() { println!("cargo:rerun-if-env-changed=MADE"); let _ = std::env::var("MADE"); std::fs::read_to_string("../../config/made.txt").unwrap(); }\n',
      'config/made.txt': 'made',
      'shared/banner.txt': 'banner',
    },
    undefined,
    (folder) => {
      execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
      const allowed = ['-c', 'protocol.file.allow=always'];
      execFileSync('git', [...allowed, 'submodule', '--quiet', 'add', upstream.folder, 'vendor/mill'], {
        cwd: folder,
      });
    },
  );
  go = new Workspace(
    { ...goFiles },
    undefined,
    (folder) => {
      goLinks(folder);
      execFileSync('go', ['mod', 'tidy'], { cwd: join(folder, 'tool'), stdio: 'ignore' });
    },
    [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } }],
  );
  for (const [workspace, projects] of [
    [rust, 'app'],
    [go, 'tool,native,alone'],
  ] as const) {
    const { status, output } = workspace.nx(['run-many', '-t', 'build', '-p', projects], environment);
    expect(status, output).toBe(0);
  }
});
afterAll(() => {
  for (const workspace of [rust, go, upstream]) workspace.remove();
  rmSync(machine, { recursive: true, force: true });
});

const environment = {
  get PKG_CONFIG_LIBDIR() {
    return join(machine, 'pkgconfig');
  },
};

function library(version: string): void {
  writeFileSync(join(machine, 'pkgconfig/zlib.pc'), `Name: zlib\nVersion: ${version}\nLibs: -lz\n`);
}

/** A home of rustup whose usual toolchain is that of the machine with another compiler. */
function otherCompiler(): Env {
  const rustc = realRustc();
  const real = dirname(dirname(rustc));
  const home = join(machine, 'rustup');
  const at = (path: string) => join(home, 'toolchains/mine', path);
  mkdirSync(at('bin'), { recursive: true });
  for (const name of readdirSync(join(real, 'bin')).filter((one) => one !== 'rustc'))
    symlinkSync(join(real, 'bin', name), at(`bin/${name}`));
  symlinkSync(join(real, 'lib'), at('lib'));
  writeFileSync(join(home, 'settings.toml'), 'version = "12"\ndefault_toolchain = "mine"\n');
  writeFileSync(at('bin/rustc'), `#!/bin/sh\nexec ${rustc} "$@"\n`);
  chmodSync(at('bin/rustc'), 0o755);
  return { RUSTUP_HOME: home, RUSTUP_TOOLCHAIN: undefined };
}

function explain(workspace: Workspace, project: string, env: Env = {}, args: readonly string[] = []): Report {
  const { stdout, stderr, status } = workspace.nxApart(['run', `${project}:explain`, '--json', ...args], {
    ...environment,
    ...env,
  });
  expect(status, stdout + stderr).toBe(0);
  return JSON.parse(stdout.slice(stdout.indexOf('\n{'), stdout.lastIndexOf('\n}') + 2)) as Report;
}

/** The changes as a table can have them. */
function named({ changes }: Report): string[] {
  return (changes ?? []).map(
    ({ how, kind, name, through, origin }) =>
      `${how} ${kind}: ${name}${through === undefined ? '' : ` (${through.replace(/^[^:]*/, '')})`}` +
      (origin === undefined ? '' : `, ${origin}`),
  );
}

function restore(workspace: Workspace): void {
  workspace.git('checkout', '--quiet', '.');
  workspace.git('clean', '--quiet', '--force', '-d');
}

const replace = (path: string, from: string, to: string) => (workspace: Workspace) => {
  const text = workspace.read(path);
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  workspace.write(path, text.replace(from, to));
};
const write = (path: string, text: string) => (workspace: Workspace) => {
  workspace.write(path, text);
};
const options = (text: string) =>
  write('crates/app/project.json', `{"name":"app","targets":{"build-linux-amd64":${text}}}`);

interface Row {
  readonly name: string;
  readonly apply?: (workspace: Workspace) => void;
  readonly env?: () => Env;
  readonly expected: string;
  /** Whether it changes what rustup selects. */
  readonly requiresRustup?: true;
}

/** Independent changes are made together, because each run of Nx takes seconds. */
const rustRuns: readonly (readonly Row[])[] = [
  [
    {
      name: 'an own source file',
      apply: replace('crates/app/src/main.rs', 'fn main', '\nfn main'),
      expected: 'changed file: crates/app/src/main.rs',
    },
  ],
  [
    {
      name: 'a source of a dependency',
      apply: replace('crates/base/src/lib.rs', '"base"', '"other"'),
      expected: 'changed file: crates/base/src/lib.rs',
    },
    {
      name: 'a source that is added',
      apply: (workspace) => {
        workspace.write('crates/base/src/more.rs', '\n');
        replace('crates/base/src/lib.rs', 'mod part;', 'mod part;\nmod more;')(workspace);
      },
      expected: 'added file: crates/base/src/more.rs',
    },
    {
      name: 'a source that is deleted',
      apply: (workspace) => {
        workspace.delete('crates/base/src/part.rs');
        replace('crates/base/src/lib.rs', 'mod part;', '')(workspace);
      },
      expected: 'removed file: crates/base/src/part.rs',
    },
    {
      name: 'a commit of a submodule',
      apply: (workspace) => {
        workspace.write('vendor/mill/src/lib.rs', 'pub fn mill() -> u8 { 2 }\n');
        commit(workspace, 'vendor/mill');
      },
      expected: 'changed file: vendor/mill/src/lib.rs',
    },
  ],
  [
    {
      name: 'an embedded file',
      apply: write('shared/banner.txt', 'other'),
      expected: 'changed file: shared/banner.txt',
    },
    {
      name: 'a file outside the package that build.rs reads',
      apply: write('config/made.txt', 'other'),
      expected: 'changed file: config/made.txt',
    },
    {
      name: 'a variable that build.rs reads',
      env: () => ({ MADE: '1' }),
      expected: 'changed variable: MADE',
    },
    {
      name: 'a variable that a source names',
      env: () => ({ APP_CHANNEL: '1' }),
      expected: 'changed variable: APP_CHANNEL',
    },
  ],
  [
    {
      name: 'a feature in Cargo.toml',
      apply: replace('crates/base/Cargo.toml', 'default = []', 'default = ["loud"]'),
      expected: 'changed file: crates/base/Cargo.toml (:resolve:release)',
    },
    {
      name: 'a package in Cargo.lock',
      apply: (workspace) => {
        replace('Cargo.toml', '=1.0.17', '=1.0.18')(workspace);
        workspace.cargo('update', '--offline', 'itoa');
      },
      expected: 'changed file: Cargo.lock (:resolve:release)',
    },
    {
      name: 'a profile in the manifest of the workspace',
      apply: (workspace) => {
        workspace.write('Cargo.toml', `${workspace.read('Cargo.toml')}[profile.release]\nopt-level = 1\n`);
      },
      expected: 'changed file: Cargo.toml (:resolve:release)',
    },
    {
      name: 'the cargo configuration',
      apply: write('.cargo/config.toml', '[build]\nrustflags = ["-Copt-level=1"]\n'),
      expected: 'added file: .cargo/config.toml (:resolve:release)',
    },
  ],
  [
    {
      name: 'rust-toolchain.toml',
      apply: write('rust-toolchain.toml', '[toolchain]\nchannel = "nightly"\n'),
      expected: 'added file: rust-toolchain.toml',
      requiresRustup: true,
    },
  ],
  [
    {
      name: 'RUSTFLAGS',
      env: () => ({ RUSTFLAGS: '-Copt-level=1' }),
      expected: 'added variable: RUSTFLAGS',
    },
  ],
  [{ name: 'the compiler', env: otherCompiler, expected: 'changed machine: rustc', requiresRustup: true }],
  [
    {
      name: 'a library of the system',
      apply: () => {
        library('1.3');
      },
      expected: 'changed machine: system library of libz-sys for x86_64-unknown-linux-gnu (:resolve:release)',
    },
  ],
  [
    {
      name: 'an option in project.json',
      apply: options('{"options":{"strictInputs":true}}'),
      expected: 'added option: options.strictInputs, set in crates/app/project.json',
    },
  ],
  [
    {
      name: 'a configuration in project.json',
      apply: options('{"configurations":{"release":{"defaultFeatures":false}}}'),
      expected: 'added option: configurations.release.defaultFeatures, set in crates/app/project.json',
    },
    {
      name: 'named inputs in nx.json',
      apply: (workspace) => {
        const nxJson = JSON.parse(workspace.read('nx.json')) as object;
        workspace.write('nx.json', JSON.stringify({ ...nxJson, namedInputs: { more: ['{projectRoot}/x'] } }));
      },
      expected: 'added file: nx.json: namedInputs',
    },
  ],
];

const namesOf = (rows: readonly Row[]) => rows.map(({ name }) => name).join(', ');

describe('a build of a crate', () => {
  it('reports no changes if nothing changed', () => {
    const report = explain(rust, 'app');
    expect(report).toMatchObject({
      task: 'app:build-linux-amd64:release',
      last: { status: 'ran', changes: null },
      changes: [],
      batch: { processes: [{ tasks: ['app:build-linux-amd64:release'] }] },
    });
  });

  it.for(rustRuns.map((rows) => [namesOf(rows), rows] as const))(
    'reports the change of %s',
    ([, rows], { skip }) => {
      skip(!hasRustup && rows.some((row) => row.requiresRustup), 'requires rustup');
      try {
        const env = Object.fromEntries(rows.flatMap((row) => Object.entries(row.env?.() ?? {})));
        for (const { apply } of rows) apply?.(rust);
        const changes = named(explain(rust, 'app', env));
        for (const { expected } of rows) expect(changes).toContain(expected);
      } finally {
        restore(rust);
        library('1.2.13');
        execFileSync('git', ['checkout', '--quiet', upstreamHead()], { cwd: rust.path('vendor/mill') });
      }
    },
  );

  it('is explained after each run with MILLWRIGHT_EXPLAIN=1, including command-line options', () => {
    const args = ['run', 'app:build-linux-amd64', '--features=extra'];
    const { output, status } = rust.nx(args, { ...environment, MILLWRIGHT_EXPLAIN: '1' });
    expect(status, output).toBe(0);
    expect(output).toMatch(/^app:build-linux-amd64:release: ran; inputs differ from the previous result:$/m);
    expect(output).toMatch(/^ {2}added {4}--features: nothing -> "extra"$/m);
    expect(named(explain(rust, 'app'))).toContain('removed command line: --features');
  });

  it('has no recorded result for another configuration', () => {
    const report = explain(rust, 'app', {}, ['--configuration=dev']);
    expect(report).toMatchObject({ task: 'app:build-linux-amd64:dev', last: null, changes: null });
  });

  it.each([
    ['biuld-linux-amd64', 'EXPLAIN_TARGET_UNKNOWN', 'nx run app:explain --task=build-linux-amd64'],
    ['doctor', 'EXPLAIN_TARGET_NOT_CACHED', 'is not cached'],
  ])('rejects the target name %s', (task, code, remedy) => {
    const { output, status } = rust.nx(['run', 'app:explain', `--task=${task}`]);
    expect(status).not.toBe(0);
    expect(output).toContain(code);
    expect(output).toContain(remedy);
  });
});

function upstreamHead(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: upstream.folder, encoding: 'utf8' }).trim();
}

describe('a build of a Go module', () => {
  it.each<Row & { readonly project: string }>([
    {
      name: 'a source of another module',
      project: 'tool',
      apply: replace('lib/lib.go', '42', '43'),
      expected: 'changed file: lib/lib.go',
    },
    {
      name: 'an embedded file',
      project: 'tool',
      apply: write('tool/internal/words/word.txt', 'other'),
      expected: 'changed file: tool/internal/words/word.txt',
    },
    {
      name: 'go.mod',
      project: 'alone',
      apply: replace('alone/go.mod', 'go 1.25', 'go 1.21'),
      expected: 'changed file: alone/go.mod (:resolve)',
    },
    {
      name: 'go.sum',
      project: 'tool',
      apply: replace('tool/go.sum', 'h1:', 'h1:A'),
      expected: 'changed file: tool/go.sum (:resolve)',
    },
    {
      name: 'a C header',
      project: 'native',
      apply: replace('shared/deep/unit.h', 'UNIT 1', 'UNIT 2'),
      expected: 'changed file: shared/deep/unit.h',
    },
    {
      name: 'GOFLAGS',
      project: 'tool',
      env: () => ({ GOFLAGS: '-tags=x' }),
      expected: 'changed variable: GOFLAGS',
    },
  ])('reports the change of $name', ({ project, apply, env, expected }) => {
    try {
      apply?.(go);
      expect(named(explain(go, project, env?.()))).toContain(expected);
    } finally {
      restore(go);
    }
  });
});
