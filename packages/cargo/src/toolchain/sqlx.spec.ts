import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksQueriesOffline } from './sqlx.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sqlx-'));
  for (const folder of ['saved/.sqlx', 'empty/.sqlx', 'none'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'saved/.sqlx/query-0a1b.json'), '{}');
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('SQLx checks queries offline', () => {
  const database = { DATABASE_URL: 'postgres://localhost/app' };
  it.each<[string, boolean | undefined, string[], Record<string, string>, boolean]>([
    ['where the crate has saved queries and no database is named', undefined, ['saved'], {}, true],
    ['where the Cargo workspace has saved queries', undefined, ['none', 'saved'], {}, true],
    ['not where a database is named', undefined, ['saved'], database, false],
    ['not where the environment decides', undefined, ['saved'], { SQLX_OFFLINE: 'false' }, false],
    ['not without saved queries', undefined, ['none', 'empty'], {}, false],
    ['where the option asks for it, whatever is saved or set', true, ['none'], database, true],
    ['not where the option refuses it', false, ['saved'], {}, false],
  ])('%s', (_, asked, folders, env, expected) => {
    const paths = folders.map((folder) => join(root, folder));
    expect(checksQueriesOffline(asked, paths, env)).toBe(expected);
  });
});
