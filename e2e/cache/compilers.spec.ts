import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, MillwrightServer } from './millwright-server.ts';

/** sccache and Go behind `millwright cache run --compilers`, on machines that share only the server. */
const server = new MillwrightServer();
let folder: string;
let machines = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mwc-'));
  const write = (path: string, text: string) => {
    writeFileSync(join(folder, 'sources', path), text);
  };
  mkdirSync(join(folder, 'sources/src'), { recursive: true });
  write('Cargo.toml', '[package]\nname = "app"\nversion = "0.1.0"\n[workspace]\n');
  write('src/lib.rs', 'pub fn answer() -> u8 { 42 }\n');
  // It imports nothing: building the standard library would take long.
  write('go.mod', 'module example.org/app\n\ngo 1.25\n');
  write('app.go', 'package app\n\nfunc Answer() int { return 42 }\n');
  await server.start();
});
afterAll(async () => {
  spawnSync('sccache', ['--stop-server'], { env: { ...process.env, SCCACHE_SERVER_UDS: socket() } });
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Of the sccache server without the remote cache. */
const socket = () => join(folder, 'sccache.sock');

interface Counts {
  readonly hits: number;
  readonly misses: number;
  readonly stored: number;
  /** Requests that the server did not answer. */
  readonly failed: number;
}

/**
 * Builds in a new clone, on a machine without any cache, as the holder of a token.
 * @param between a command of the shell that runs between the builds of both languages
 */
function build(token: string, between = 'true'): Counts {
  machines += 1;
  const machine = join(folder, String(machines));
  // sccache's keys contain the folder, so every job checks out into the same one.
  const clone = join(folder, 'clone');
  rmSync(clone, { recursive: true, force: true });
  cpSync(join(folder, 'sources'), clone, { recursive: true });
  const script = `set -e\ncargo build --quiet --offline\n${between}\ngo build -trimpath ./...\n`;
  const run = ['cache', 'run', '--compilers', '--server', server.url, '--', 'bash', '-c', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, '--json', ...run], {
    cwd: clone,
    encoding: 'utf8',
    env: {
      ...process.env,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
      XDG_CACHE_HOME: machine,
      GOCACHE: join(machine, 'go-build'),
      GOCACHEPROG: '',
      RUSTC_WRAPPER: 'sccache',
      SCCACHE_SERVER_UDS: socket(),
      CARGO_INCREMENTAL: '0',
    },
  });
  expect(status, stdout + stderr).toBe(0);
  const { compilers, failed } = JSON.parse(stdout) as { readonly compilers: Counts; readonly failed: number };
  return { ...compilers, failed };
}

it('builds of trusted jobs are restored on other machines, and pull requests only read them', async () => {
  const [trusted, pullRequest] = [await server.token('trusted'), await server.token('pr:1')];
  const poisoning = build(pullRequest);
  expect(poisoning).toMatchObject({ hits: 0, stored: 0 });
  // The same build came first in a pull request, and a trusted job gets nothing of it.
  const first = build(trusted);
  expect(first).toEqual({ ...poisoning, stored: first.stored });
  // At least one object of each compiler.
  expect(first.stored).toBeGreaterThanOrEqual(2);
  const second = build(trusted);
  expect(second).toMatchObject({ misses: 0, stored: 0, failed: 0 });
  expect(second.hits).toBeGreaterThanOrEqual(2);
  expect(build(pullRequest)).toEqual(second);
});

it('no build fails if the server dies in the middle of it, and the next one works without it', async () => {
  const token = await server.token('trusted');
  const { hits, failed } = build(token, `kill -9 ${server.pid}`);
  // Rust before the end of the server, Go after it.
  expect(hits).toBeGreaterThanOrEqual(1);
  expect(failed).toBeGreaterThanOrEqual(1);
  expect(build(token)).toEqual({ hits: 0, misses: 0, stored: 0, failed: 0 });
});
