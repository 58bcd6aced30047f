import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

/** The folder of an artifact states its platform: command-line options take effect or are rejected. */

const member = (name: string, rest = '') => ({
  [`${name}/Cargo.toml`]: manifest(name, rest),
  [`${name}/src/main.rs`]: `fn main() { println!("${name} {:?}", std::env::args().skip(1).collect::<Vec<_>>()); }\n`,
});
const workspaceOf = (...members: string[]) => ({
  'Cargo.toml': `[workspace]\nmembers = ${JSON.stringify(members)}\nresolver = "2"\n`,
});
const platforms = ['linux/amd64', 'linux/arm64'];
/** `e_machine` of an ELF header. */
const machineOf = (path: string) => ({ 62: 'x86-64', 183: 'aarch64' })[readFileSync(path).readUInt16LE(18)];

describe('options on the command line', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(
      { ...workspaceOf('app', 'other'), ...member('app'), ...member('other') },
      { platforms },
    );
  });
  afterAll(() => {
    workspace.remove();
  });
  afterEach(() => {
    rmSync(workspace.path('artifacts'), { recursive: true, force: true });
    rmSync(workspace.path('out'), { recursive: true, force: true });
  });

  it('build --platform builds only for that platform, and does not affect cached results for others', () => {
    const first = workspace.nx(['run', 'app:build', '--platform=linux/arm64']);
    expect(first.status, first.output).toBe(0);
    expect(machineOf(workspace.path('artifacts/linux/arm64/app'))).toBe('aarch64');
    expect(workspace.exists('artifacts/linux/amd64')).toBe(false);

    workspace.nx(['run', 'app:build']);
    rmSync(workspace.path('artifacts/linux/amd64'), { recursive: true });
    const again = workspace.nx(['run', 'app:build', '--platform', 'linux/arm64']);
    expect(outcomes(again.output)['app:build-linux-arm64:release']).toBe('cached');
    expect(workspace.exists('artifacts/linux/amd64')).toBe(false);
    expect(again.output).toContain(
      'build-linux-amd64 was skipped: the command line selects build-linux-arm64',
    );

    expect(workspace.nx(['run-many', '-t', 'build', '--platform=linux/amd64']).status).toBe(0);
    for (const name of ['app', 'other'])
      expect(machineOf(workspace.path(`artifacts/linux/amd64/${name}`))).toBe('x86-64');
    expect(workspace.exists('artifacts/linux/arm64/other')).toBe(false);
  });

  it.each<[string, readonly string[], string, string]>([
    [
      'another platform than that of the target',
      ['build-linux-amd64', '--platform=linux/arm64'],
      'error[OPTION_CONTRADICTS_TARGET]: app:build-linux-amd64 builds for linux/amd64, but linux/arm64 was requested',
      'nx run app:build-linux-arm64',
    ],
    [
      'a platform that the project is not built for',
      ['build', '--platform=linux/riscv64'],
      'OPTION_CONTRADICTS_TARGET',
      'configured platforms of app: linux/amd64, linux/arm64',
    ],
    ['another C library', ['build-linux-amd64', '--libc=musl'], 'OPTION_CONTRADICTS_TARGET', 'linux/amd64'],
    [
      'another profile',
      ['build-linux-amd64', '--profile=dev'],
      'OPTION_CONTRADICTS_TARGET',
      'run a configuration that uses the profile dev',
    ],
    [
      'the folder of another platform',
      ['build-linux-amd64', '--outputPath=artifacts/linux/arm64'],
      'error[ARTIFACT_PLACE_WRONG]: cannot write the artifacts to artifacts/linux/arm64, which is for linux/arm64',
      'the build is for linux/amd64',
    ],
    [
      'the folder of another configuration',
      ['build-linux-amd64', '--outputPath=artifacts/dev/linux/amd64'],
      'ARTIFACT_PLACE_WRONG',
      'configuration dev',
    ],
    ['one folder for several platforms', ['build', '--outputPath=out'], 'ARTIFACT_NAME_TAKEN', 'out/app'],
    [
      'a misspelled option',
      ['build-linux-amd64', '--feature=x'],
      'OPTION_INVALID',
      'did you mean "features"?',
    ],
    [
      'a misspelled platform',
      ['build', '--platform=linux/arm46'],
      'OPTION_INVALID',
      'did you mean "linux/arm64"?',
    ],
    [
      "an option that is Nx's own",
      ['build', '--target=aarch64-unknown-linux-gnu'],
      'error[OPTION_NOT_PASSED]: --target=aarch64-unknown-linux-gnu does not reach app:build',
      'nx run app:build --platform=linux/arm64',
    ],
    [
      'the same with nonsense',
      ['build-linux-amd64', '--target=nonsense'],
      'OPTION_NOT_PASSED',
      'does not reach',
    ],
    ['what Nx drops', ['build', '--features=x', '--', '--verbose'], 'OPTION_NOT_PASSED', '--features=x'],
  ])('rejects %s before building', (_, [target = '', ...options], code, detail) => {
    const { status, output } = workspace.nx(['run', `app:${target}`, ...options]);
    expect(output).toContain(code);
    expect(output).toContain(detail);
    expect(status).not.toBe(0);
    expect(workspace.exists('artifacts/linux')).toBe(false);
    expect(workspace.exists('out')).toBe(false);
  });

  it('a separate outputPath may contain artifacts of another profile', () => {
    const { status, output } = workspace.nx([
      'run',
      'app:build-linux-amd64',
      '--profile=dev',
      '--outputPath=out',
    ]);
    expect(status, output).toBe(0);
    expect(JSON.parse(workspace.read('out/app.version'))).toMatchObject({ profile: 'dev', project: 'app' });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['behind --', ['--', '--once', '-v', 'input.txt'], ['--once', '-v', 'input.txt']],
    [
      "behind --, though they are named like the executor's options",
      ['--', '--profile=fast'],
      ['--profile=fast'],
    ],
    ["among the executor's own", ['--profile', 'dev', '--once', '--level=3'], ['--once', '--level=3']],
    ['in the option args', ['--args=--once', '--args=two'], ['--once', 'two']],
  ])('run passes arguments to the program %s', (_, given, expected) => {
    const { status, output } = workspace.nx(['run', 'app:run', ...given]);
    expect(status, output).toBe(0);
    expect(output).toContain(`app ${JSON.stringify(expected).replaceAll(',', ', ')}`);
  });
});

describe('artifacts with the same name', () => {
  let workspace: Workspace;
  afterEach(() => {
    workspace.remove();
  });
  const said = (path: string) => execFileSync(workspace.path(path), { encoding: 'utf8' }).split(' ')[0];
  const bin = (name: string) => `[[bin]]\nname = "${name}"\npath = "src/main.rs"\n`;

  it('of two crates are placed in separate folders, without moving those of other crates', () => {
    workspace = new Workspace(
      {
        ...workspaceOf('one', 'two', 'three'),
        ...member('one', bin('tool')),
        ...member('two', bin('Tool')),
        ...member('three'),
        'apart/Cargo.toml': `${manifest('apart', bin('tool'))}[workspace]\n`,
        'apart/src/main.rs': 'fn main() { println!("apart "); }\n',
      },
      { platforms: ['linux/amd64'] },
    );
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(status, output).toBe(0);
    expect(said('artifacts/linux/amd64/one/tool')).toBe('one');
    expect(said('artifacts/linux/amd64/two/Tool')).toBe('two');
    expect(said('artifacts/linux/amd64/apart/tool')).toBe('apart');
    expect(said('artifacts/linux/amd64/three')).toBe('three');
    const { artifacts } = JSON.parse(workspace.read('artifacts/checksums.json')) as {
      artifacts: { path: string; platform: string }[];
    };
    expect(artifacts.map(({ path }) => path)).toEqual([
      'linux/amd64/apart/tool',
      'linux/amd64/one/tool',
      'linux/amd64/three',
      'linux/amd64/two/Tool',
    ]);
    expect(new Set(artifacts.map(({ platform }) => platform))).toEqual(new Set(['linux/amd64']));
    const shown = JSON.parse(workspace.nx(['show', 'project', 'one', '--json']).output) as {
      targets: Record<string, { configurations: Record<string, { outputPath: string }> }>;
    };
    expect(shown.targets['build-linux-amd64']?.configurations.dev?.outputPath).toBe(
      'artifacts/dev/linux/amd64/one',
    );

    rmSync(workspace.path('artifacts'), { recursive: true });
    expect(outcomes(workspace.nx(['run-many', '-t', 'build']).output)['two:build-linux-amd64:release']).toBe(
      'cached',
    );
    expect(said('artifacts/linux/amd64/two/Tool')).toBe('two');
  });

  it('of a crate and a Go program are rejected, regardless of the order', () => {
    workspace = new Workspace(
      {
        ...workspaceOf('rust'),
        ...member('rust', bin('tool')),
        'golang/go.mod': 'module example.org/golang/tool\n\ngo 1.21\n',
        'golang/main.go': 'package main\n\nfunc main() {}\n',
      },
      undefined,
      undefined,
      ['@millwright/cargo', '@millwright/go'].map((plugin) => ({
        plugin,
        options: { platforms: ['linux/amd64'] },
      })),
    );
    const { status, output } = workspace.nx(['run', 'rust:build']);
    expect(status).not.toBe(0);
    expect(output).toContain('error[ARTIFACT_NAME_TAKEN]: rust and ');
    expect(output).toContain('artifacts/linux/amd64/tool');
    expect(workspace.exists('artifacts/linux/amd64/tool')).toBe(false);
  });
});

describe('a binary whose required features are disabled', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace({
      ...workspaceOf('app', 'optional'),
      ...member(
        'app',
        '[features]\nextra = []\n[[bin]]\nname = "app"\npath = "src/main.rs"\n[[bin]]\nname = "more"\npath = "src/main.rs"\nrequired-features = ["extra"]\n',
      ),
      ...member(
        'optional',
        '[features]\ncli = []\n[[bin]]\nname = "optional"\npath = "src/main.rs"\nrequired-features = ["cli"]\n',
      ),
    });
  });
  afterAll(() => {
    workspace.remove();
  });
  const has = (name: string) => workspace.exists(`artifacts/linux/amd64/${name}`);

  it('is skipped with a note, like in cargo, and the others are built', () => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(status, output).toBe(0);
    expect(output).toContain(
      'app: skipping the target more, which requires the features extra: --features=extra',
    );
    expect([has('app'), has('more'), has('optional')]).toEqual([true, false, false]);
  });

  it('is built and restored with the features, and removed without them', () => {
    const withFeatures = ['run', 'app:build', '--features=extra'];
    expect(workspace.nx(withFeatures).status).toBe(0);
    expect(has('more')).toBe(true);
    rmSync(workspace.path('artifacts'), { recursive: true });
    expect(outcomes(workspace.nx(withFeatures).output)['app:build-linux-amd64:release']).toBe('cached');
    expect(has('more')).toBe(true);

    const { output } = workspace.nx(['run', 'app:build', '--skip-nx-cache']);
    expect(output).toContain('removed artifacts/linux/amd64/more, which this build no longer produces');
    expect([has('app'), has('more'), has('more.sha256')]).toEqual([true, false, false]);
    expect(workspace.read('artifacts/checksums.json')).not.toContain('more');
  });

  it('is rejected with the missing features if it is selected by name', () => {
    const { status, output } = workspace.nx(['run', 'app:build', '--bins=more']);
    expect(status).not.toBe(0);
    expect(output).toContain('error[FEATURES_REQUIRED]: the binary more requires the features extra');
    expect(output).toContain('--features=extra');
  });

  it('is the only target of a crate: the build reports that nothing was built', () => {
    const { status, output } = workspace.nx(['run', 'optional:build']);
    expect(status, output).toBe(0);
    expect(output).toContain(
      'optional: skipping the target optional, which requires the features cli: --features=cli',
    );
    expect(workspace.nx(['run', 'optional:build', '--features=cli']).status).toBe(0);
    expect(has('optional')).toBe(true);
  });
});
