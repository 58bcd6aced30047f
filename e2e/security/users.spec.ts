import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isolatedPlugins, manifest, nxEnvironment, repository, Workspace } from '../workspace.ts';

/** IDs that are not in the system's user database. */
const [user, otherUser] = [12345, 12346];
const bin = join(repository, 'node_modules/.bin');
const as = (id: number) => ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--'];
const succeeds = ([program = '', ...args]: readonly string[]) => spawnSync(program, args).status === 0;
/** Without the stack, whose check requires the container engine. */
const all = ['run-many', '--projects=app,hello'];
const engineSocket = '/var/run/docker.sock';
const hasEngine =
  existsSync(engineSocket) && succeeds(['docker', 'image', 'inspect', 'debian:bookworm-slim']);
/** rustup's cargo is in root's home. Debian's is accessible to everybody. */
const maySwitch =
  process.getuid?.() === 0 &&
  existsSync('/usr/bin/cargo') &&
  succeeds([...as(user), 'test', '-r', join(repository, 'node_modules/nx/package.json')]);
const goFolder = maySwitch ? execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim() : '';

interface Case {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
  /** The command before nx. */
  readonly before?: readonly string[];
  /** The projects that are built. */
  readonly built: readonly string[];
  /** The code and cause in the output, if the run fails. */
  readonly says?: readonly string[];
}

describe.skipIf(!maySwitch)('another user (requires root, setpriv, and a cargo in /usr/bin)', () => {
  let workspace: Workspace;
  let clone: Workspace;
  /** Returns a scratch folder that the user can write to. */
  let scratch: string;
  const at = (name: string) => join(scratch, name);

  beforeAll(() => {
    workspace = new Workspace(
      {
        'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
        'app/Cargo.toml': manifest('app'),
        'app/src/main.rs': 'fn main() {}\n',
        'hello/go.mod': 'module example.org/hello\n\ngo 1.25\n',
        'hello/main.go': 'package main\n\nfunc main() {}\n',
        'stack/compose.yaml': 'services:\n  web: { image: "debian:bookworm-slim" }\n',
      },
      undefined,
      undefined,
      [
        ...['@millwright/cargo', '@millwright/go'].map((plugin) => ({
          plugin,
          options: { platforms: ['linux/amd64'] },
        })),
        { plugin: '@millwright/compose' },
      ],
    );
    clone = workspace.clone();
    for (const { folder } of [workspace, clone]) chmodSync(folder, 0o755);
    scratch = mkdtempSync(join(tmpdir(), 'millwright-users-'));
    chmodSync(scratch, 0o777);
    mkdirSync(at('go'));
    chmodSync(at('go'), 0o777);
    mkdirSync(at('bin'));
    for (const name of ['env', 'sh', 'cc', 'gcc', 'ld', 'as', 'cargo', 'rustc', 'uname', 'docker'])
      if (existsSync(`/usr/bin/${name}`)) symlinkSync(`/usr/bin/${name}`, at(`bin/${name}`));
  });

  afterAll(() => {
    for (const one of [workspace, clone]) one.remove();
    // Go's module cache is read-only.
    execFileSync('chmod', ['-R', 'u+w', scratch]);
    rmSync(scratch, { recursive: true });
  });

  beforeEach(() => {
    for (const folder of ['artifacts', 'target', '.nx'])
      rmSync(workspace.path(folder), { recursive: true, force: true });
    for (const name of ['home', 'closed']) {
      rmSync(at(name), { recursive: true, force: true });
      mkdirSync(at(name));
    }
    chmodSync(at('closed'), 0o555);
    execFileSync('chown', ['-R', `${user}:${user}`, workspace.folder, at('home'), at('closed')]);
  });

  const environment = (env: Case['env']): NodeJS.ProcessEnv => ({
    ...nxEnvironment(isolatedPlugins),
    ...Object.fromEntries(
      [
        'HOME',
        'RUSTUP_HOME',
        'CARGO_HOME',
        'TMPDIR',
        'GOCACHE',
        'GOPATH',
        'GOMODCACHE',
        'XDG_CACHE_HOME',
      ].map((name) => [name, undefined]),
    ),
    PATH: `${bin}:${goFolder}/bin:/usr/local/bin:/usr/bin:/bin`,
    ...env,
  });

  function nx({ env, args = [...all, '-t', 'build,check'], before = as(user) }: Omit<Case, 'built'>) {
    const [program = '', ...rest] = [...before, 'nx', ...args];
    const options = { cwd: workspace.folder, env: environment(env), encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(program, rest, options);
    return { status, output: `${stdout}${stderr}` };
  }

  const builtIn = (own: Workspace) =>
    ['app', 'hello'].filter((name) => own.exists(`artifacts/linux/amd64/${name}`));
  const built = () => builtIn(workspace);
  const caches = () => ({ CARGO_HOME: at('home/cargo'), GOCACHE: at('go'), GOPATH: at('home/gopath') });
  const home = () => at('home');

  it.each<readonly [string, () => Case]>([
    [
      'with / as the home, as in a container, and folders for caches',
      () => ({ env: { HOME: '/', ...caches() }, built: ['app', 'hello'] }),
    ],
    ['with a home', () => ({ env: { HOME: home() }, built: ['app', 'hello'] })],
    [
      'with an empty XDG_CACHE_HOME',
      () => ({ env: { HOME: home(), GOCACHE: at('go'), XDG_CACHE_HOME: '' }, built: ['app', 'hello'] }),
    ],
    [
      'with a relative XDG_CACHE_HOME',
      () => ({
        env: { HOME: home(), XDG_CACHE_HOME: 'cache', GOCACHE: at('go') },
        built: ['app', 'hello'],
      }),
    ],
    [
      'with an XDG_CACHE_HOME that is not writable',
      () => ({
        env: { HOME: home(), XDG_CACHE_HOME: at('closed'), GOCACHE: at('go') },
        built: ['app', 'hello'],
      }),
    ],
    [
      'without git on PATH',
      () => ({
        env: { HOME: home(), GOCACHE: at('go'), PATH: `${bin}:${goFolder}/bin:${at('bin')}` },
        built: ['app', 'hello'],
        before: as(user).with(0, '/usr/bin/setpriv'),
      }),
    ],
    [
      'with a umask of 077',
      () => ({
        env: { HOME: home(), GOCACHE: at('go') },
        built: ['app', 'hello'],
        before: [...as(user), 'sh', '-c', 'umask 077; exec "$@"', 'sh'],
      }),
    ],
    ['without HOME', () => ({ env: {}, built: [], says: ['CARGO_HOME_UNUSABLE', 'GO_CACHE_UNUSABLE'] })],
    [
      'with a home that does not exist',
      () => ({ env: { HOME: '/nonexistent' }, built: ['app'], says: ['GO_CACHE_UNUSABLE'] }),
    ],
    [
      'with a home that is not writable',
      () => ({ env: { HOME: at('closed') }, built: ['app'], says: ['GO_CACHE_UNUSABLE'] }),
    ],
    [
      'with a folder for temporary files that does not exist',
      () => ({
        env: { HOME: home(), GOCACHE: at('go'), TMPDIR: '/nonexistent' },
        built: ['app'],
        says: ['TEMPORARY_FOLDER_UNUSABLE'],
      }),
    ],
    [
      'who may not use the container engine',
      () => ({
        env: { HOME: home(), DOCKER_HOST: `unix://${at('none.sock')}` },
        args: ['run', 'stack:up'],
        built: [],
        says: ['ENGINE_UNREACHABLE'],
      }),
    ],
  ])('%s builds, or gets one cause', (_, setup) => {
    const { built: expected, says = [], ...one } = setup();
    const { status, output } = nx(one);
    expect(built(), output).toEqual(expected);
    expect(status, output).toBe(says.length === 0 ? 0 : 1);
    for (const code of says) expect(output).toContain(`error[${code}]: `);
    expect(output).not.toMatch(/INTERNAL|node:internal|at \S+ \(/);
  });

  it.skipIf(!hasEngine)('who may use the container engine checks a stack', () => {
    const { gid } = statSync(engineSocket);
    const before = as(user).map((argument) => (argument === '--clear-groups' ? `--groups=${gid}` : argument));
    const { status, output } = nx({ env: { HOME: home() }, args: ['run', 'stack:check'], before });
    expect(status, output).toBe(0);
  });

  it('gets an error for a workspace in which root has built', () => {
    execFileSync('chown', ['-R', 'root:root', workspace.folder]);
    nx({ env: { HOME: home(), CARGO_HOME: at('home/cargo') }, before: ['env'] });
    expect(built()).toEqual(['app', 'hello']);
    execFileSync('chown', ['-R', `${user}:${user}`, workspace.path('.nx')]);
    const { status, output } = nx({
      env: { HOME: home() },
      args: [...all, '-t', 'build', '--skipNxCache'],
    });
    expect(status).toBe(1);
    expect(output).toMatch(/FOLDER_NOT_WRITABLE|ARTIFACTS_NOT_WRITABLE/);
    expect(output).not.toMatch(/INTERNAL|node:internal/);
    expect(built()).toEqual(['app', 'hello']);
  });

  it('builds at the same time as another user in another clone', async () => {
    execFileSync('chown', ['-R', `${otherUser}:${otherUser}`, clone.folder]);
    const runs = [
      { own: workspace, id: user },
      { own: clone, id: otherUser },
    ];
    const ends = runs.map(async ({ own, id }) => {
      const folder = at(`home-${id}`);
      mkdirSync(folder, { recursive: true });
      execFileSync('chown', [`${id}:${id}`, folder]);
      const command: readonly string[] = [...as(id), 'nx', ...all, '-t', 'build,check'];
      const [program = '', ...rest] = command;
      const options = { cwd: own.folder, env: environment({ HOME: folder }), stdio: 'ignore' } as const;
      const [status] = (await once(spawn(program, rest, options), 'exit')) as [number | null];
      return status;
    });
    expect(await Promise.all(ends)).toEqual([0, 0]);
    for (const { own } of runs) expect(builtIn(own)).toEqual(['app', 'hello']);
  });
});
