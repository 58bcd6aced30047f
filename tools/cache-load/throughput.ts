import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, MillwrightServer } from '../../e2e/cache/millwright-server.ts';
import {
  postgresPrograms,
  startPostgres,
  type TestDatabase,
} from '../../packages/server/dist/database/postgres.spec.helper.js';
import { pairwise } from '../bench/statistics.ts';
import { runClients } from './clients.ts';
import { Nginx } from './nginx.ts';

/** How much is written and read. */
export interface LoadSize {
  readonly clients: number;
  readonly entries: number;
  /** Of each entry, in bytes. */
  readonly bytes: number;
  /** How often everything is read from each server, in turn. */
  readonly rounds: number;
}

/** What was measured. Throughput is in bytes per second. */
export interface LoadResult {
  readonly written: number;
  readonly read: number;
  readonly readFromNginx: number;
  /** The median of the rounds. */
  readonly ratio: number;
  /** The largest resident memory of the server since its second start, in bytes. */
  readonly memory: number;
}

/** Writes entries to a server, and reads them from it and from nginx, which serves the same files. */
export async function measureLoad(
  mode: 'embedded' | 'scaled',
  { clients, entries, bytes, rounds }: LoadSize,
): Promise<LoadResult> {
  const database = mode === 'scaled' ? await startDatabase() : undefined;
  const server = new MillwrightServer(database === undefined ? [] : ['--database-url', database.url]);
  const nginx = new Nginx(join(server.data, 'blobs'));
  try {
    // The first start creates the embedded database, which takes more memory.
    await server.start();
    await server.kill();
    await server.start();
    const token = await server.token('trusted');
    const urls = Array.from({ length: entries }, (_, index) => `${server.url}/v1/cache/${index + 1}`);
    const written = await runClients({ clients, token, urls, size: bytes });
    await nginx.start();
    const files = written.digests.map((digest) => `${nginx.url}/${digest.slice(0, 2)}/${digest.slice(2)}`);
    const speeds: { own: number[]; nginx: number[] } = { own: [], nginx: [] };
    for (let round = 0; round < rounds; round += 1) {
      const own = await runClients({ clients, token, urls, size: undefined });
      const other = await runClients({ clients, token, urls: files, size: undefined });
      if (own.bytes !== other.bytes)
        throw new Error(`${own.bytes} bytes are not the ${other.bytes} of nginx`);
      speeds.own.push(own.bytes / own.seconds);
      speeds.nginx.push(other.bytes / other.seconds);
    }
    return {
      written: written.bytes / written.seconds,
      read: Math.max(...speeds.own),
      readFromNginx: Math.max(...speeds.nginx),
      ratio: pairwise(speeds.own, speeds.nginx, (own, other) => own / other),
      memory: largestMemory(server.pid ?? 0),
    };
  } finally {
    await nginx.close();
    await server.close();
    await database?.stop();
  }
}

/** Starts PostgreSQL, and creates the tables. */
async function startDatabase(): Promise<TestDatabase> {
  if (postgresPrograms === undefined)
    throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const database = await startPostgres(postgresPrograms);
  const { status, stderr } = spawnSync(
    process.execPath,
    [cli, 'server', 'migrate', '--database-url', database.url],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return database;
}

/** The high-water mark of the resident memory (proc(5), VmHWM), in bytes. */
function largestMemory(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}
