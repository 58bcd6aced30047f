import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from './until.ts';
import { repository } from './workspace.ts';

const scratch = mkdtempSync(join(tmpdir(), 'millwright-install-'));
const workspace = join(scratch, 'workspace');
let verdaccio: ChildProcess | undefined;
let registry = '';

const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args, '--registry', registry, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_userconfig: join(scratch, 'npmrc') },
  });

const nx = (...args: string[]) =>
  execFileSync(join(workspace, 'node_modules/.bin/nx'), args, {
    cwd: workspace,
    encoding: 'utf8',
    env: {
      ...process.env,
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      npm_config_registry: registry,
      npm_config_userconfig: join(scratch, 'npmrc'),
    },
  });

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

beforeAll(async () => {
  const uplink =
    execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  const port = await freePort();
  registry = `http://127.0.0.1:${port}/`;
  const config = {
    storage: join(scratch, 'storage'),
    uplinks: { npm: { url: uplink, maxage: '60m' } },
    packages: {
      '@millwright/*': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'npm' },
    },
    log: { type: 'stdout', format: 'pretty', level: 'error' },
  };
  writeFileSync(join(scratch, 'config.yaml'), JSON.stringify(config));
  writeFileSync(join(scratch, 'npmrc'), `registry=${registry}\n//127.0.0.1:${port}/:_authToken=anyone\n`);
  const program = join(repository, 'node_modules/.bin/verdaccio');
  verdaccio = spawn(program, ['--config', join(scratch, 'config.yaml'), '--listen', `127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  const answers = () =>
    fetch(`${registry}-/ping`).then(
      (response) => response.ok,
      () => false,
    );
  expect(await until(answers), 'the local registry answers').toBe(true);
  for (const name of [
    'object-file',
    'toolkit',
    'artifacts',
    'oci',
    'cargo',
    'go',
    'compose',
    'component',
    'server',
    'cli',
  ])
    npm(['publish', '--tag', 'latest'], join(repository, 'packages', name));
});

afterAll(() => {
  verdaccio?.kill();
  rmSync(scratch, { recursive: true, force: true });
});

it('a packed plugin contains the files that it requires and no tests', () => {
  const text = npm(['pack', '--dry-run', '--json'], join(repository, 'packages/cargo'));
  const [packed] = Object.values(JSON.parse(text) as Record<string, { files: { path: string }[] }>);
  const paths = packed?.files.map(({ path }) => path) ?? [];
  expect(paths).toEqual(
    expect.arrayContaining([
      'executors.json',
      'generators.json',
      'dist/plugin.js',
      'src/executors/cargo-cross/schema.json',
    ]),
  );
  expect(paths.filter((path) => /\.spec\.|fixtures|tsbuildinfo/.test(path))).toEqual([]);
});

it('nx add writes the plugin entry, and the first build places a binary that runs', () => {
  mkdirSync(join(workspace, 'src'), { recursive: true });
  writeFileSync(join(workspace, 'package.json'), '{"name":"fresh","private":true}');
  writeFileSync(join(workspace, 'nx.json'), '{"analytics":false}');
  writeFileSync(join(workspace, '.gitignore'), 'node_modules\n');
  writeFileSync(
    join(workspace, 'Cargo.toml'),
    '[package]\nname = "fresh-binary"\nversion = "0.1.0"\nedition = "2021"\n',
  );
  writeFileSync(join(workspace, 'src/main.rs'), 'fn main() { println!("it runs"); }\n');
  execFileSync('git', ['init', '--quiet'], { cwd: workspace });
  npm(['install', '--save-dev', 'nx@24.0.6', '@nx/devkit@24.0.0'], workspace);
  nx('add', '@millwright/cargo');
  const nxJson = JSON.parse(readFileSync(join(workspace, 'nx.json'), 'utf8')) as { plugins: unknown[] };
  expect(nxJson.plugins).toEqual([
    { plugin: '@millwright/cargo', options: { platforms: ['linux/amd64', 'linux/arm64'] } },
  ]);
  expect(readFileSync(join(workspace, '.gitignore'), 'utf8').split('\n')).toEqual(
    expect.arrayContaining(['/artifacts/', 'target/']),
  );
  nx('run-many', '-t', 'build');
  expect(readdirSync(join(workspace, 'artifacts/linux')).sort()).toEqual(['amd64', 'arm64']);
  expect(execFileSync(join(workspace, 'artifacts/linux/amd64/fresh-binary'), { encoding: 'utf8' })).toBe(
    'it runs\n',
  );
});

it('nx add installs the plugin for Go, and the first build places a program that runs', () => {
  mkdirSync(join(workspace, 'fresh-tool'));
  writeFileSync(join(workspace, 'fresh-tool/go.mod'), 'module example.org/fresh-tool\n\ngo 1.25\n');
  writeFileSync(join(workspace, 'fresh-tool/main.go'), 'package main\n\nfunc main() { print("it runs") }\n');
  nx('add', '@millwright/go');
  const nxJson = JSON.parse(readFileSync(join(workspace, 'nx.json'), 'utf8')) as { plugins: unknown[] };
  expect(nxJson.plugins).toContainEqual({
    plugin: '@millwright/go',
    options: { platforms: ['linux/amd64', 'linux/arm64'] },
  });
  nx('run', 'fresh-tool:build');
  // print writes to standard error.
  const program = join(workspace, 'artifacts/linux/amd64/fresh-tool');
  expect(execFileSync('sh', ['-c', '"$0" 2>&1', program], { encoding: 'utf8' })).toBe('it runs');
});

it('nx add installs the plugin for stacks, which finds a stack and its mounts', () => {
  mkdirSync(join(workspace, 'stack'));
  const mount = '{ project: fresh-binary, services: [app], path: /opt/app }';
  writeFileSync(
    join(workspace, 'stack/compose.yaml'),
    `x-millwright: { mounts: [${mount}] }\nservices: { app: { image: 'debian:bookworm-slim', command: [/opt/app] } }\n`,
  );
  nx('add', '@millwright/compose');
  nx('add', '@millwright/oci');
  const nxJson = JSON.parse(readFileSync(join(workspace, 'nx.json'), 'utf8')) as { plugins: unknown[] };
  expect(nxJson.plugins).toContain('@millwright/compose');
  expect(nxJson.plugins).toContain('@millwright/oci');
  expect(nx('show', 'projects', '--affected', '--files=src/main.rs', '--with-target', 'up').trim()).toBe(
    'stack',
  );
});

it('the packed millwright command signs and verifies a folder without Nx installed', () => {
  const folder = join(scratch, 'no-nx');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"no-nx","private":true}');
  writeFileSync(join(folder, 'dist/app'), 'binary');
  npm(['install', '@millwright/cli'], folder);
  expect(readdirSync(join(folder, 'node_modules'))).not.toContain('nx');
  const millwright = (...args: string[]) =>
    execFileSync(join(folder, 'node_modules/.bin/millwright'), args, { cwd: folder, encoding: 'utf8' });
  millwright('key', 'generate', '--no-passphrase');
  millwright('sign', 'dist', '--key', 'minisign.key', '--comment', 'app 1.2.3');
  expect(millwright('verify', 'dist', '--key', 'minisign.pub')).toBe('1 file verified (app 1.2.3)\n');
});

it.each<[string, string, Record<string, string>]>([
  [
    'crates',
    'cargo',
    {
      'Cargo.toml': '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/main.rs': 'fn main() {}\n',
    },
  ],
  [
    'Go modules',
    'go',
    { 'go.mod': 'module example.org/hello\n\ngo 1.24\n', 'main.go': 'package main\n\nfunc main() {}\n' },
  ],
])('a %s repository without package.json can use the plugin after nx init', (_, name, files) => {
  const folder = join(scratch, `${name}-alone`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const env = {
    ...process.env,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    npm_config_registry: registry,
    npm_config_userconfig: join(scratch, 'npmrc'),
  };
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  run('git', 'init', '--quiet');
  run('npx', '--yes', 'nx@24.0.6', 'init', '--interactive=false', '--nxCloud=skip');
  run('./nx', 'add', `@millwright/${name}`);
  expect(run('./nx', 'run', 'hello:build')).toMatch(/^ {2}hello +linux\/amd64 .+ built$/m);
});
