import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completedCommands } from './completion/model.js';
import { createProgram } from './program.js';

const program = join(import.meta.dirname, '../dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'millwright-server-'));
const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
let server: ChildProcess;
let env: NodeJS.ProcessEnv = { ...process.env, FORCE_COLOR: undefined };

function millwright(args: readonly string[], variables = env) {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env: variables });
}

async function start(): Promise<void> {
  server = spawn(process.execPath, [program, 'serve', '--json', '--port', '0'], {
    cwd: folder,
    env: { ...env, MILLWRIGHT_SERVER: undefined },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (server.stdout === null) throw new Error('the server has no output');
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const { url, adminToken } = JSON.parse(line.toString()) as { url: string; adminToken: string | null };
  // It is printed by the first start alone.
  env = { ...env, MILLWRIGHT_SERVER: url, MILLWRIGHT_TOKEN: adminToken ?? env.MILLWRIGHT_TOKEN };
}

beforeAll(start);
afterAll(async () => {
  server.kill('SIGTERM');
  const [status] = (await once(server, 'exit')) as [number];
  expect(status).toBe(0);
  rmSync(folder, { recursive: true });
});

it('prints the fields with --json that the README promises, for each command that needs a server', () => {
  const create = ['token', 'create', '--workspace', 'shop', '--class', 'dev:ada', '--days', '1'];
  const created = JSON.parse(millwright(['--json', ...create]).stdout) as { id: string; token: string };
  const runs: Readonly<Record<string, readonly string[]>> = {
    'token create': create,
    'token list': ['token', 'list'],
    'token revoke': ['token', 'revoke', created.id],
    'cache run': ['cache', 'run', '--', process.execPath, '--version'],
    'cache why': ['cache', 'why', '123', '--workspace', 'shop'],
    'cache revoke': ['cache', 'revoke', '--workspace', 'shop', '--run', '77'],
    'cache stats': ['cache', 'stats', '--workspace', 'shop'],
    'storage check': ['storage', 'check'],
  };
  for (const [command, args] of Object.entries(runs)) {
    const { status, stdout } = millwright(['--json', ...args]);
    expect(status, stdout).toBe(0);
    const row = new RegExp(`^\\| \`${command}\` +\\| (.*)\\|$`, 'm').exec(readme)?.[1] ?? '';
    const promised = [...row.matchAll(/`(\w+)`/g)].map(([, field]) => field);
    expect(promised.length, command).toBeGreaterThan(0);
    expect(Object.keys(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object), command).toEqual(
      expect.arrayContaining(promised),
    );
  }
  const asking = completedCommands(createProgram('1.2.3')).filter(({ path }) =>
    /^(token|cache|storage) (?!go$)/.test(path),
  );
  expect(asking.map(({ path }) => path).sort()).toEqual(Object.keys(runs).sort());
  expect(millwright(['cache', 'stats'], { ...env, MILLWRIGHT_TOKEN: created.token }).stderr).toContain(
    'the token is unknown, expired or revoked',
  );
});

it('tells the command of cache run its trust class, and never one that the server did not give', () => {
  const token = millwright(['token', 'create', '--workspace', 'shop', '--class', 'dev:ada']).stdout.trim();
  const classOf = (server: string) => {
    const args = ['cache', 'run', '--server', server, '--', process.execPath, '-p'];
    return millwright([...args, 'process.env.MILLWRIGHT_TRUST_CLASS'], {
      ...env,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
      MILLWRIGHT_TRUST_CLASS: 'trusted',
    }).stdout.trim();
  };
  expect(classOf(env.MILLWRIGHT_SERVER ?? '')).toBe('dev:ada');
  expect(classOf('http://127.0.0.1:1')).toBe('undefined');
});

it('says that a class, a token or a server is not usable, and what to do', () => {
  const wrongClass = millwright(['token', 'create', '--workspace', 'shop', '--class', 'admin']);
  expect(wrongClass.status).toBe(2);
  expect(wrongClass.stderr).toContain('expected trusted, branch:<ref>, pr:<number> or dev:<user>');
  const noToken = millwright(['token', 'list'], { ...env, MILLWRIGHT_TOKEN: undefined });
  expect(noToken.stderr).toContain('error[COMMAND_SERVER_REFUSED]');
  expect(noToken.stderr).toContain('the request has no bearer token');
  const noServer = millwright(['token', 'list', '--server', 'http://127.0.0.1:1']);
  expect(noServer.stderr).toContain('the server http://127.0.0.1:1 does not answer');
});

it('refuses a second server on the data folder, and names the fix', () => {
  const { status, stderr } = millwright(['serve', '--port', '0']);
  expect(status).toBe(2);
  expect(stderr).toContain('error[SERVER_DATA_LOCKED]');
});

it('prints the configuration without starting a server', () => {
  const { status, stdout } = millwright(['serve', '--print-config', '--port', '0']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ port: 0, data: 'millwright-data', trust: [] });
});

it('names what storage check finds, and --repair lets the next build write it anew', async () => {
  const send = (hash: string, init: RequestInit = {}) =>
    fetch(`${env.MILLWRIGHT_SERVER ?? ''}/v1/cache/${hash}`, {
      ...init,
      headers: { authorization: `Bearer ${token}` },
    });
  const token = millwright(['token', 'create', '--workspace', 'storage', '--class', 'trusted']).stdout.trim();
  const digests = [];
  for (const hash of ['71', '72', '73']) {
    writeFileSync(join(folder, 'code'), Buffer.alloc(4));
    writeFileSync(join(folder, 'terminalOutput'), hash);
    const body = execFileSync('tar', ['-cz', 'code', 'terminalOutput'], { cwd: folder });
    expect((await send(hash, { method: 'PUT', body: new Uint8Array(body) })).status).toBe(200);
    digests.push(createHash('sha256').update(body).digest('hex'));
  }
  const [missing = '', damaged = ''] = digests;
  const place = (digest: string) =>
    join(folder, 'millwright-data/blobs', digest.slice(0, 2), digest.slice(2));
  expect(millwright(['storage', 'check']).status).toBe(0);
  rmSync(place(missing));
  const changed = readFileSync(place(damaged));
  changed[20] = 255 - (changed[20] ?? 0);
  writeFileSync(place(damaged), changed);
  const orphan = createHash('sha256').update('of nobody').digest('hex');
  mkdirSync(join(place(orphan), '..'), { recursive: true });
  writeFileSync(place(orphan), 'of nobody');
  const { status, stdout } = millwright(['storage', 'check', '--repair']);
  expect(status).toBe(1);
  expect(stdout).toContain(`missing  sha256 ${missing}  used by 1 entry`);
  expect(stdout).toContain(`damaged  sha256 ${damaged}  used by 1 entry`);
  expect(stdout).toContain(`orphaned  sha256 ${orphan}  used by no entry`);
  expect(millwright(['storage', 'check']).status).toBe(0);
  for (const hash of ['71', '72']) expect((await send(hash)).status).toBe(404);
  expect((await send('73')).status).toBe(200);
});

it('backs up and restores a data folder, and names a database to migrate', () => {
  const used = millwright(['server', 'backup', 'copy']);
  expect(used.stderr).toContain('error[SERVER_DATA_LOCKED]');
  // Of a server that was stopped.
  cpSync(join(folder, 'millwright-data'), join(folder, 'stopped'), { recursive: true });
  const copied = millwright(['--json', 'server', 'backup', 'copy', '--data', 'stopped']);
  expect(JSON.parse(copied.stdout)).toEqual({ folder: 'copy' });
  const restored = millwright(['--json', 'server', 'restore', 'copy', '--data', 'restored']);
  expect(JSON.parse(restored.stdout)).toEqual({ data: 'restored' });
  const again = millwright(['server', 'restore', 'copy', '--data', 'restored']);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('error[SERVER_BACKUP_FAILED]');
  const embedded = millwright(['server', 'migrate']);
  expect(embedded.stderr).toContain('no database is named');
});
