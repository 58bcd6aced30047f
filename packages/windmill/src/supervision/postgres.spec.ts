import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { settings } from './database.js';
import { databaseUser, findPostgres } from './postgres.js';

const folder = mkdtempSync(join(tmpdir(), 'windmill-postgres-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder with programs. */
function install(path: string, programs = ['initdb', 'postgres']): string {
  const place = join(folder, path);
  mkdirSync(place, { recursive: true });
  for (const program of programs) writeFileSync(join(place, program), '', { mode: 0o755 });
  return place;
}

describe("the folder of PostgreSQL's programs", () => {
  const packages = [[join(folder, 'lib'), /^(\d+)$/] as const];

  it('is the newest version among the packages of the system, compared as a number', () => {
    install('lib/9/bin');
    const newest = install('lib/15/bin');
    install('lib/16/bin', ['psql']);
    install('lib/default/bin');
    expect(findPostgres('', packages)).toBe(newest);
  });

  it('is the first on PATH if there is one', () => {
    const clients = install('clients', ['psql']);
    const own = install('own');
    expect(findPostgres(`${clients}:${own}`, packages)).toBe(own);
  });

  it('is undefined if PostgreSQL is not installed', () => {
    expect(findPostgres(join(folder, 'missing'), [[join(folder, 'missing'), /^(\d+)$/]])).toBeUndefined();
  });
});

describe('the user who runs the embedded database', () => {
  const accounts = 'root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n';
  it.each([
    ['the user of an ordinary program', 1_000, accounts, undefined],
    ['postgres, for a program of root', 0, accounts, { uid: 101, gid: 104 }],
    ['nobody, if there is no user postgres', 0, 'root:x:0:0::/:/bin/sh\n', { uid: 65_534, gid: 65_534 }],
  ])('is %s', (_, uid, text, user) => {
    expect(databaseUser(uid, text)).toEqual(user);
  });
});

it('the embedded database listens on this machine only, and keeps its memory in its folder', () => {
  const args = settings('/state/database/data', 5_433, 20);
  expect(args.slice(0, 2)).toEqual(['-D', '/state/database/data']);
  expect(args).toEqual(
    expect.arrayContaining([
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'dynamic_shared_memory_type=mmap',
      'max_connections=40',
    ]),
  );
});
