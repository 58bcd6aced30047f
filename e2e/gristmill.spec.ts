import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readObjectFile } from '@millwright/object-file';
import { repository } from './workspace.ts';

const data = mkdtempSync(join(tmpdir(), 'millwright-gristmill-'));
const servers: ChildProcess[] = [];

beforeAll(() => {
  execFileSync(
    join(repository, 'node_modules/.bin/nx'),
    ['run-many', '-t', 'build', '-p', 'examples/gristmill/**'],
    {
      cwd: repository,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
      stdio: 'ignore',
    },
  );
});

afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

/**
 * Debian's cross libraries serve where arm64's own are not installed. The two must not mix: a loader of the
 * one with a libc of the other hangs in the first thread that is started.
 */
function arm64Libraries(): string[] {
  return existsSync('/lib/ld-linux-aarch64.so.1') ? [] : ['-L', '/usr/aarch64-linux-gnu'];
}

/** Starts a server on a free port and waits for the line that names its address. */
function serve(program: string, args: readonly string[], folder: string): Promise<string> {
  const env = {
    ...process.env,
    GRISTMILL_LISTEN: '127.0.0.1:0',
    GRISTMILL_DATA: join(data, folder),
    DATABASE_URL: undefined,
  };
  const server = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /http:\/\/[\d.:]+/.exec(text);
      if (address) resolve(address[0]);
    });
    server.once('exit', (code) => {
      reject(new Error(`the server ended with ${code ?? 'a signal'}: ${text}`));
    });
  });
}

interface Job {
  readonly id: string;
  readonly state: string;
}

const path = (platform: string, name: string) => join(repository, 'artifacts', platform, name);

describe.each([
  ['linux/amd64', 'x86_64', 'x86-64'],
  ['linux/arm64', 'aarch64', 'ARM aarch64'],
])('%s', (platform, architecture, inFile) => {
  it.each(['gristmill-server', 'gristmill-worker'])(
    '%s: object-file and file(1) report the same properties',
    async (name) => {
      expect(await readObjectFile(path(platform, name))).toMatchObject({
        format: 'elf',
        kind: 'executable',
        bits: 64,
        architecture,
        libc: 'glibc',
      });
      const said = execFileSync('file', ['--brief', path(platform, name)], { encoding: 'utf8' });
      expect(said).toContain('ELF 64-bit LSB');
      expect(said).toContain(inFile);
    },
  );

  it('the server responds to a request', async () => {
    const [program, args] =
      platform === 'linux/amd64'
        ? [path(platform, 'gristmill-server'), []]
        : ['qemu-aarch64', [...arm64Libraries(), path(platform, 'gristmill-server')]];
    const address = await serve(program, args, architecture);
    const health = await fetch(`${address}/health`);
    expect(health.status).toBe(200);
    const spec = await fetch(`${address}/openapi.yaml`);
    expect(await spec.text()).toContain('openapi: 3.');
  });
});

it('the Go tool, generated from the OpenAPI document of the server, submits a job and reads its result', async () => {
  const folder = 'go-tool';
  const address = await serve(path('linux/amd64', 'gristmill-server'), [], folder);
  const env = {
    ...process.env,
    GRISTMILL_URL: address,
    GRISTMILL_DATA: join(data, folder),
    DATABASE_URL: undefined,
  };
  const gristctl = (...args: string[]) =>
    JSON.parse(execFileSync(path('linux/amd64', 'gristctl'), args, { env, encoding: 'utf8' })) as Job;
  const { id, state } = gristctl('submit', 'sum', '{"numbers":[1,2.5]}');
  expect(state).toBe('queued');
  execFileSync(path('linux/amd64', 'gristmill-worker'), ['--once'], { env, stdio: 'ignore' });
  expect(gristctl('wait', id)).toMatchObject({ id, state: 'succeeded', result: { sum: 3.5, count: 2 } });
});

it('a binary is identical when built alone in an empty target folder and in the batch', () => {
  const checksum = path('linux/amd64', 'gristmill-server.sha256');
  const inBatch = readFileSync(checksum, 'utf8');
  const target = mkdtempSync(join(tmpdir(), 'millwright-alone-'));
  execFileSync(
    join(repository, 'node_modules/.bin/nx'),
    ['run', 'gristmill-server:build-linux-amd64', '--skip-nx-cache'],
    {
      cwd: repository,
      env: {
        ...process.env,
        NX_DAEMON: 'false',
        NX_TUI: 'false',
        CARGO_TARGET_DIR: target,
        // Compiled again, without a cache of the batch's results.
        RUSTC_WRAPPER: '',
      },
      stdio: 'ignore',
    },
  );
  rmSync(target, { recursive: true });
  expect(readFileSync(checksum, 'utf8')).toBe(inBatch);
});

it('a change of the OpenAPI document affects only the server, the client and its dependents', () => {
  const output = execFileSync(
    join(repository, 'node_modules/.bin/nx'),
    [
      'show',
      'projects',
      '--affected',
      '--files=examples/gristmill/openapi.yaml',
      '--with-target=build-linux-amd64',
    ],
    { cwd: repository, env: { ...process.env, NX_DAEMON: 'false' }, encoding: 'utf8' },
  );
  expect(output.trim().split('\n').sort()).toEqual(['gristctl', 'gristmill-server']);
});
