import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { dist, StandIn } from './compiled-stand-in.spec.helper.js';
import { EmbeddedDatabase } from './database.js';
import { findPostgres } from './postgres.js';
import { freePort } from './rounds.spec.helper.js';

const programs = findPostgres();
const never = new AbortController().signal;

/** IDs of the processes whose working folder is in a folder, which need not exist any more. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function nothingIn(folder: string): Promise<void> {
  while (processesIn(folder).length > 0) await sleep(20);
}

/** The segments of shared memory of the system (ipcs(1)). */
const segments = () => execFileSync('ipcs', ['-m'], { encoding: 'utf8' });

describe.skipIf(programs === undefined)('an embedded database', () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'windmill-database-'));
  afterAll(() => {
    rmSync(stateFolder, { recursive: true });
  });
  const databases: EmbeddedDatabase[] = [];
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.stop();
  });
  const create = (onEnd: (how: string) => void = () => undefined) => {
    const database = new EmbeddedDatabase({
      stateFolder,
      marker: randomUUID(),
      connections: 3,
      timeout: 60,
      onStart: () => undefined,
      onEnd,
      log: () => undefined,
    });
    databases.push(database);
    return database;
  };
  /** Links to some programs may be on PATH; the client is beside the programs themselves. */
  const client = join(dirname(realpathSync(join(programs ?? '', 'initdb'))), 'psql');
  const query = (url: string, text: string) => {
    const args = [url, '--no-psqlrc', '--tuples-only', '--no-align', '--command', text];
    return spawnSync(client, args, { encoding: 'utf8' });
  };

  it('accepts its password only, starts again after a crash with its data, and leaves nothing when it stops', async () => {
    const before = segments();
    const crashed = Promise.withResolvers<string>();
    const database = create(crashed.resolve);
    const url = await database.start(never);
    expect(query(url, 'CREATE TABLE kept (n int)').status).toBe(0);
    const wrong = query(url.replace(database.password, 'wrong'), 'SELECT 1');
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('password authentication failed'),
    ]);
    // The server itself: the first of the processes in its folder.
    process.kill(Math.min(...processesIn(stateFolder)), 'SIGKILL');
    expect(await crashed.promise).toContain('SIGKILL');
    const again = await database.start(never);
    expect(query(again, 'SELECT count(*) FROM kept').stdout.trim()).toBe('0');
    await database.stop();
    expect(processesIn(stateFolder)).toEqual([]);
    expect(segments()).toBe(before);
  });

  it('that is aborted while it starts leaves no process', async () => {
    const abort = new AbortController();
    const starting = create().start(abort.signal);
    abort.abort(new Error('the user has left'));
    await expect(starting).rejects.toThrow('the user has left');
    await nothingIn(stateFolder);
  });
});

describeWithTool(describe, ['cc', 'pgrep'], 'an engine with an embedded database', () => {
  const standIn = new StandIn();
  afterAll(() => {
    standIn[Symbol.dispose]();
  });

  it.skipIf(programs === undefined)('that is killed leaves neither processes nor files', async () => {
    const config = standIn.config(await freePort());
    const temporary = mkdtempSync(join(tmpdir(), 'windmill-killed-'));
    const program = `
      import { createEngine } from ${JSON.stringify(join(dist, 'index.js'))};
      const config = ${JSON.stringify({ ...config, databaseUrl: undefined, database: 'embedded' })};
      await createEngine(config, { environment: {} }).start();
      console.log('ready');
      setInterval(() => undefined, 1000);`;
    // PostgreSQL may run as another user, who must be able to enter the folder.
    chmodSync(temporary, 0o711);
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(processesIn(temporary).length).toBeGreaterThan(1);
    // While the engine runs, its folder stays new, so that another engine does not take it for a left one.
    const [state = ''] = readdirSync(temporary).filter((name) => name.startsWith('millwright-windmill-'));
    utimesSync(join(temporary, state), 1, 1);
    while (statSync(join(temporary, state)).mtimeMs < 10_000) await sleep(20);
    child.kill('SIGKILL');
    await ended;
    await nothingIn(temporary);
    while (readdirSync(temporary).some((name) => name.startsWith('millwright-windmill-'))) await sleep(20);
    rmSync(temporary, { recursive: true });
  });
});
