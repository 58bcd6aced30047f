import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../testing.spec.helper.js';

/** The programs of the newest PostgreSQL of Debian's packages. Undefined if there is none. */
export const postgresPrograms = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);

/** PostgreSQL refuses to run as root. This user has no other rights. */
const nobody = 65_534;

/** A PostgreSQL server with an empty database. */
export interface TestDatabase {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function startPostgres(programs: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-postgres-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, nobody, nobody);
  const options = { cwd: folder, ...(isRoot ? { uid: nobody, gid: nobody } : {}) };
  const data = join(folder, 'data');
  const flags = ['--username=mill', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'];
  execFileSync(join(programs, 'initdb'), [...flags, data], { ...options, stdio: 'pipe' });
  const port = await freePort();
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    log.push(line);
    if (line.includes('ready to accept connections')) break;
  }
  if (server.exitCode !== null) throw new Error(log.join('\n'));
  server.stderr.resume();
  const stop = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true });
  };
  return { url: `postgres://mill@127.0.0.1:${port}/postgres`, stop };
}
