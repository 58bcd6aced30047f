import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRustup, manifest, outcomes, Workspace } from './workspace.ts';

const files = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
  'crates/store/Cargo.toml': manifest('store'),
  'crates/store/src/lib.rs': 'pub fn answer() -> u32 { 42 }\n',
  'crates/server/Cargo.toml': manifest(
    'server',
    '[features]\nloud = []\n[dependencies]\nstore = { path = "../store" }\n',
  ),
  'crates/server/src/main.rs':
    'fn main() { println!("server {} {}", store::answer(), include_str!("../../../banner.txt")); }\n',
  'crates/worker/Cargo.toml': manifest('worker', '[dependencies]\nstore = { path = "../store" }\n'),
  'crates/worker/src/main.rs': 'fn main() { println!("worker {}", store::answer()); }\n',
  'banner.txt': 'hello',
};

describe('a workspace with a library and two binaries', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(files);
  });
  afterAll(() => {
    workspace.remove();
  });

  const affected = () => outcomes(workspace.nx(['affected', '-t', 'build', '--uncommitted']).output);
  const builds = (found: Record<string, string>) =>
    Object.entries(found)
      .filter(([id]) => id.includes(':build-'))
      .map(([id, outcome]) => `${id} ${outcome}`)
      .sort();

  it('builds both with one cargo run and places runnable binaries with checksums', () => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(output).toContain('server, worker for linux/amd64');
    expect(status).toBe(0);
    expect(execFileSync(workspace.path('artifacts/linux/amd64/server'), { encoding: 'utf8' })).toBe(
      'server 42 hello\n',
    );
    execFileSync('sha256sum', ['-c', 'server.sha256', 'worker.sha256'], {
      cwd: workspace.path('artifacts/linux/amd64'),
    });
    const { artifacts } = JSON.parse(workspace.read('artifacts/checksums.json')) as {
      artifacts: { path: string }[];
    };
    expect(artifacts.map(({ path }) => path)).toEqual(['linux/amd64/server', 'linux/amd64/worker']);
  });

  it('restores identical artifacts from the cache without starting cargo', () => {
    const before = workspace.read('artifacts/checksums.json');
    rmSync(workspace.path('artifacts'), { recursive: true });
    rmSync(workspace.path('target'), { recursive: true });
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(status).toBe(0);
    expect(Object.entries(outcomes(output)).filter(([, outcome]) => outcome !== 'cached')).toEqual([]);
    expect(workspace.exists('target')).toBe(false);
    expect(workspace.read('artifacts/checksums.json')).toBe(before);
    execFileSync('sha256sum', ['-c', 'server.sha256', 'worker.sha256'], {
      cwd: workspace.path('artifacts/linux/amd64'),
    });
  });

  it.each([
    ['the library', 'crates/store/src/lib.rs', 'pub fn answer() -> u32 { 43 }\n', ['server', 'worker']],
    [
      'one binary',
      'crates/server/src/main.rs',
      'fn main() { println!("other {}", store::answer()); }\n',
      ['server'],
    ],
    ['a file outside the crate that it includes', 'banner.txt', 'good day', ['server']],
  ])('editing %s rebuilds only its dependents', (_, path, text, expected) => {
    workspace.write(path, text);
    const found = builds(affected());
    workspace.git('checkout', '--quiet', '.');
    expect(found).toEqual(expected.map((name) => `${name}:build-linux-amd64:release built`));
  });

  it.each([
    ['a test of a crate', 'crates/store/tests/new.rs', '#[test]\nfn holds() {}\n'],
    ['a README', 'crates/server/README.md', '# Server\n'],
    [
      'a comment in a manifest',
      'crates/server/Cargo.toml',
      `# A comment\n${files['crates/server/Cargo.toml']}`,
    ],
  ])('does not rebuild after adding %s', (_, path, text) => {
    workspace.write(path, text);
    const found = outcomes(workspace.nx(['run-many', '-t', 'build']).output);
    workspace.git('checkout', '--quiet', '.');
    workspace.git('clean', '--quiet', '-fd');
    expect(builds(found)).toEqual(
      ['server', 'worker'].map((name) => `${name}:build-linux-amd64:release cached`),
    );
  });

  it('places dev and release binaries in separate folders', () => {
    expect(workspace.nx(['run', 'server:build:dev']).status).toBe(0);
    expect(workspace.nx(['run', 'server:build:release']).status).toBe(0);
    const [dev, release] = [
      'artifacts/dev/linux/amd64/server.sha256',
      'artifacts/linux/amd64/server.sha256',
    ].map((path) => workspace.read(path));
    expect(dev).not.toBe(release);
  });

  it.each([
    ['check', 'store'],
    ['test', 'store'],
    ['lint', 'server'],
    ['format', 'server'],
    ['format-check', 'server'],
    ['run', 'worker'],
  ])('the target %s passes %s to its tool', (target, project) => {
    const { status, output } = workspace.nx(['run', `${project}:${target}`]);
    expect(output).toContain(target === 'run' ? 'worker 42' : `Successfully ran target ${target}`);
    expect(status).toBe(0);
  });

  it('a failing test fails the task and its output is shown', () => {
    workspace.write(
      'crates/store/src/lib.rs',
      'pub fn answer() -> u32 { 42 }\n#[test]\nfn breaks() { assert_eq!(answer(), 1, "the reason"); }\n',
    );
    const { status, output } = workspace.nx(['run', 'store:test']);
    workspace.git('checkout', '--quiet', '.');
    expect(output).toContain('the reason');
    expect(status).toBe(1);
  });
});

describe('invalid input fails with a code, a cause and a remedy', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(files);
  });
  afterAll(() => {
    workspace.remove();
  });

  it.each([
    [
      'an unknown platform',
      ['--platform=linux/vax'],
      'OPTION_INVALID',
      '"linux/vax" (set on the command line)',
    ],
    ['an unknown feature', ['--features=quiet'], 'FEATURE_UNKNOWN', 'loud'],
    ['an unknown profile', ['--profile=fastest'], 'PROFILE_UNKNOWN', 'fastest'],
    ['an unknown binary', ['--bins=client'], 'BINARY_UNKNOWN', 'available binaries: server'],
    [
      'a glibc floor below what the build needs',
      ['--glibc=2.17', '--linker=native'],
      'ARTIFACT_REFUSED',
      '2.17 is the floor',
    ],
  ])('%s', (_, args, code, detail) => {
    expectRefusal(args, {}, code, detail);
  });

  it.skipIf(!hasRustup)('a missing toolchain (requires rustup)', () => {
    const env = { RUSTUP_TOOLCHAIN: '1.11.0' };
    expectRefusal([], env, 'TOOLCHAIN_MISSING', 'rustup toolchain install 1.11.0');
  });

  function expectRefusal(args: readonly string[], env: NodeJS.ProcessEnv, code: string, detail: string) {
    const { status, output } = workspace.nx(['run', 'server:build-linux-amd64', ...args], env);
    expect(output).toContain(`error[${code}]: `);
    expect(output).toContain(detail);
    expect(output).toMatch(/ {2}cause: .+\n {2}help: .+/);
    expect(status).toBe(1);
    expect(workspace.exists('artifacts/linux/amd64/server')).toBe(false);
  }

  it.skipIf(!hasRustup)(
    'a user-defined target without a standard library for its platform fails (requires rustup)',
    () => {
      workspace.write(
        'crates/server/project.json',
        '{"targets":{"anywhere":{"executor":"@millwright/cargo:cargo-cross"}}}',
      );
      // Pinned, so that no other toolchain is used for the library or its sources.
      const env = { RUSTUP_TOOLCHAIN: 'stable' };
      const { status, output } = workspace.nx(['run', 'server:anywhere', '--platform=linux/s390x'], env);
      workspace.git('clean', '--quiet', '--force', 'crates');
      expect(output).toContain('error[TARGET_MISSING]: ');
      expect(output).toContain('rustup target add s390x-unknown-linux-gnu');
      expect(status).toBe(1);
    },
  );

  it('shows the diagnostics of a crate that does not compile once, and places the artifacts of the others in the batch', () => {
    workspace.write('crates/server/src/main.rs', 'fn main() { let x: u32 = "text"; }\n');
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    workspace.git('checkout', '--quiet', '.');
    expect(output.match(/mismatched types/g)).toHaveLength(1);
    expect(output).toContain('error[COMPILE_FAILED]: failed to build server for linux/amd64');
    expect(outcomes(output)['worker:build-linux-amd64:release']).toBe('built');
    expect(workspace.exists('artifacts/linux/amd64/worker')).toBe(true);
    expect(workspace.exists('artifacts/linux/amd64/server')).toBe(false);
    expect(status).toBe(1);
  });

  it('leaves no partial files if the artifacts folder is not writable', () => {
    rmSync(workspace.path('artifacts'), { recursive: true, force: true });
    // A file instead of the folder also fails for root, who ignores permissions.
    writeFileSync(workspace.path('artifacts'), '');
    const { status, output } = workspace.nx(['run', 'server:build-linux-amd64', '--skip-nx-cache']);
    expect(output).toContain('error[ARTIFACTS_NOT_WRITABLE]: ');
    expect(status).toBe(1);
    expect(workspace.read('artifacts')).toBe('');
    rmSync(workspace.path('artifacts'));
  });

  it('reports an invalid manifest with its line', () => {
    workspace.write('crates/worker/Cargo.toml', '[package]\nname = "worker"\nversion = \n');
    const { output } = workspace.nx(['show', 'projects']);
    workspace.git('checkout', '--quiet', '.');
    expect(output).toContain('crates/worker/Cargo.toml:3');
  });

  it('a symbolic link to itself fails the tasks that read it, but not the graph', () => {
    writeFileSync(workspace.path('crates/worker/src/main.rs'), 'fn main() { include_str!("self.txt"); }\n');
    for (const path of ['crates/worker/src/self.txt', 'crates/server/src/self.rs'])
      symlinkSync(path.split('/').at(-1) ?? '', workspace.path(path));
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    workspace.git('checkout', '--quiet', '.');
    workspace.git('clean', '--quiet', '--force', '-d');
    expect(output).toContain('error[COMPILE_FAILED]: failed to build worker for linux/amd64');
    expect(outcomes(output)['server:build-linux-amd64:release']).toBe('built');
    expect(status).toBe(1);
  });
});
