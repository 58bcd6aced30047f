import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nxEnvironment, outcomes, repository, Workspace } from './workspace.ts';

const cli = join(repository, 'packages/cli/dist/cli.js');
/** Its result depends on a variable that Nx does not hash: the attacker changes it, the sources stay the same. */
const target = {
  command: 'mkdir -p artifacts && printf \'%s\' "${PAYLOAD:-clean}" > artifacts/app.txt',
  cache: true,
  inputs: ['{projectRoot}/src/**/*'],
  outputs: ['{workspaceRoot}/artifacts/app.txt'],
};
const data = mkdtempSync(join(tmpdir(), 'millwright-cache-'));
let server: ChildProcess;
let address: { readonly url: string; readonly adminToken: string };
let workspace: Workspace;

beforeAll(async () => {
  const args = [cli, 'serve', '--json', '--port', '0', '--data', data];
  server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  if (server.stdout === null) throw new Error('the server has no output');
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  address = JSON.parse(line.toString()) as typeof address;
  workspace = new Workspace(
    {
      'app/project.json': JSON.stringify({ name: 'app', targets: { build: target } }),
      'app/src/main.txt': 'x',
    },
    undefined,
    undefined,
    [],
  );
});
afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  expect(server.exitCode).toBe(0);
  workspace.remove();
  rmSync(data, { recursive: true });
});

function tokenOf(trustClass: string): string {
  const args = [
    cli,
    'token',
    'create',
    '--workspace',
    'shop',
    '--class',
    trustClass,
    '--server',
    address.url,
  ];
  const env = { ...process.env, MILLWRIGHT_TOKEN: address.adminToken };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  expect(status, stderr).toBe(0);
  return stdout.trim();
}

/**
 * Builds in a fresh clone, as a CI job does. Its own cache folders start empty, so that a hit is the server's.
 * @param payload what the command writes instead of `clean`
 */
function build(trustClass: string, payload?: string): { readonly content: string; readonly outcome: string } {
  const clone = workspace.clone();
  try {
    const { output, status } = clone.nx(['run', 'app:build'], {
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: address.url,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: tokenOf(trustClass),
      NX_CACHE_DIRECTORY: clone.path('.nx/own-cache'),
      NX_WORKSPACE_DATA_DIRECTORY: clone.path('.nx/own-data'),
      PAYLOAD: payload,
    });
    expect(status, output).toBe(0);
    return { content: clone.read('artifacts/app.txt'), outcome: outcomes(output)['app:build'] ?? output };
  } finally {
    clone.remove();
  }
}

it('a pull request that uploads a malicious result first does not reach main, nor another pull request', () => {
  expect(build('pr:1', 'malicious')).toEqual({ content: 'malicious', outcome: 'built' });
  expect(build('pr:1')).toEqual({ content: 'malicious', outcome: 'cached' });
  expect(build('pr:2')).toEqual({ content: 'clean', outcome: 'built' });
  expect(build('trusted')).toEqual({ content: 'clean', outcome: 'built' });
  expect(build('trusted')).toEqual({ content: 'clean', outcome: 'cached' });
  expect(build('dev:ada')).toEqual({ content: 'clean', outcome: 'cached' });
});

/** Logs in to the pages of the server, and returns the page of entries. */
async function entriesPage(): Promise<string> {
  const body = new URLSearchParams({ token: address.adminToken });
  const { headers } = await fetch(`${address.url}/login`, { method: 'POST', body, redirect: 'manual' });
  const cookie = headers
    .getSetCookie()
    .map((line) => line.replace(/;.*/, ''))
    .join('; ');
  return (await fetch(`${address.url}/entries`, { headers: { cookie } })).text();
}

it('cache run restores verified entries, and builds without a word of Nx when the server is gone, also behind an HTTP proxy', async () => {
  const clone = workspace.clone();
  const run = (url: string, data: string) =>
    spawnSync(
      process.execPath,
      [
        cli,
        'cache',
        'run',
        '--server',
        url,
        '--',
        join(repository, 'node_modules/.bin/nx'),
        'run',
        'app:build',
      ],
      {
        cwd: clone.folder,
        encoding: 'utf8',
        env: nxEnvironment({
          NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: tokenOf('dev:bob'),
          // The proxy of a network, which does not reach this machine. Nx uses it for every address.
          HTTP_PROXY: 'http://127.0.0.1:1',
          NX_CACHE_DIRECTORY: clone.path(`.nx/cache-${data}`),
          NX_WORKSPACE_DATA_DIRECTORY: clone.path(`.nx/data-${data}`),
        }),
      },
    );
  try {
    const restored = run(address.url, 'one');
    expect(restored.status, restored.stderr).toBe(0);
    expect(restored.stderr).toContain('remote cache: 1 hit');
    clone.write('app/src/main.txt', 'y');
    expect(run(address.url, 'one').stderr).toContain('1 stored');
    // Nx tells a cache only hashes.
    expect(await entriesPage()).toContain('<td class="text">app:build</td>');
    const { status, stdout, stderr } = run('http://127.0.0.1:1', 'two');
    expect(status, stdout + stderr).toBe(0);
    expect(stderr).toContain('warning: remote cache: http://127.0.0.1:1 does not answer');
    expect(clone.read('artifacts/app.txt')).toBe('clean');
  } finally {
    clone.remove();
  }
});
