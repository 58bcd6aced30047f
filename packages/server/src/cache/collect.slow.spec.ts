import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { openEmbedded } from '../database/embedded.js';
import { prepareDatabase } from '../database/embedded.spec.helper.js';
import { migrate } from '../database/migrations.js';
import { createToken } from '../identity/tokens.js';
import { type TrustClass, trustGroup } from '../identity/trust-class.js';
import { BlobFolder } from '../storage/blob-folder.js';
import { checkStorage } from './check.js';
import { collect } from './collect.js';
import { Collector } from './collector.js';
import { findEntry, revokeEntries, statistics, storeEntry } from './entries.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-collect-'));
const blobs = new BlobFolder(folder);
const hour = 60 * 60 * 1000;
const quotas = { trusted: 100, branch: 100, pr: 100, dev: 100 };
let database: Database;
let tokenId: string;

beforeAll(async () => {
  await prepareDatabase(folder);
  database = await openEmbedded(join(folder, 'database'));
  await migrate(database);
  const request = { name: 'x', workspace: 'shop', trustClass: 'trusted', scopes: [] } as const;
  tokenId = (await createToken(database, request)).id;
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});
beforeEach(clear);

async function clear(): Promise<void> {
  await database.query('delete from cache_entries');
  for (const name of ['blobs', 'incoming']) rmSync(join(folder, name), { recursive: true, force: true });
  await blobs.prepare();
}

const writer = (trustClass: TrustClass) => ({ tokenId, name: '', workspace: 'shop', trustClass, scopes: [] });

/** @param crash where the server is killed: the transaction is lost, the files stay as they are */
async function put(
  trustClass: TrustClass,
  hash: string,
  content: string,
  crash?: 'received' | 'kept',
): Promise<boolean> {
  const received = await blobs.receive(Readable.from([content]), 1000);
  const keep = async () => {
    if (crash === 'received') throw new Error('killed');
    await received.keep();
    if (crash === 'kept') throw new Error('killed');
  };
  try {
    return await storeEntry(database, writer(trustClass), { hash }, { ...received, keep });
  } catch (error) {
    if ((error as Error).message !== 'killed') throw error;
    return false;
  } finally {
    if (crash !== 'received') await received.discard();
  }
}

async function get(trustClass: TrustClass, hash: string): Promise<string | undefined> {
  const entry = await findEntry(database, writer(trustClass), hash);
  const blob = entry && (await blobs.read(entry.digest));
  return blob && text(blob.content);
}

const storedBlobs = () =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    .length;

describe('a collection', () => {
  it('removes what was read longest ago, and the blobs with it', async () => {
    for (const hash of ['1', '2', '3']) await put('trusted', hash, hash.repeat(40));
    await database.query(
      "update cache_entries set last_read_at = now() - interval '1 minute' where hash <> '1'",
    );
    await database.query(
      "update cache_entries set last_read_at = now() - interval '2 minutes' where hash = '2'",
    );
    expect(await collect(database, blobs, quotas)).toEqual({ entries: 1, blobs: 1 });
    expect([await get('trusted', '1'), await get('trusted', '2')]).toEqual(['1'.repeat(40), undefined]);
    expect(storedBlobs()).toBe(2);
  });

  it('lets a pull request that fills the quota evict only its own entries', async () => {
    await put('trusted', '1', 'trusted');
    await put('pr:1', '1', 'of another pull request');
    for (let hash = 10; hash < 30; hash += 1) await put('pr:2', String(hash), `${hash} of the flood`);
    await collect(database, blobs, quotas);
    expect(await get('trusted', '1')).toBe('trusted');
    expect(await get('pr:1', '1')).toBe('of another pull request');
  });

  it('removes what nobody read for a week before what an active class uses', async () => {
    await put('pr:1', '1', 'old');
    await database.query("update cache_entries set last_read_at = now() - interval '8 days'");
    await put('pr:2', '2', 'x'.repeat(99));
    await collect(database, blobs, quotas);
    expect([await get('pr:1', '1'), await get('pr:2', '2')]).toEqual([undefined, 'x'.repeat(99)]);
  });

  it('keeps a blob that another class uses, and what a reader has opened', async () => {
    await put('pr:1', '1', 'x'.repeat(90));
    await put('trusted', '1', 'x'.repeat(90));
    await put('pr:1', '2', 'y'.repeat(90));
    const entry = await findEntry(database, writer('pr:1'), '2');
    const reader = await blobs.read(entry?.digest ?? '');
    expect(await collect(database, blobs, { ...quotas, pr: 1 })).toEqual({ entries: 2, blobs: 1 });
    expect(await text(reader?.content ?? Readable.from([]))).toBe('y'.repeat(90));
    expect(await get('trusted', '1')).toBe('x'.repeat(90));
  });

  it('removes the blobs of revoked entries, and forgets the entries later', async () => {
    await put('trusted', '1', 'poison');
    await revokeEntries(database, 'shop', { hash: '1' });
    expect(await collect(database, blobs, quotas, Date.now() + 2 * hour)).toEqual({ entries: 0, blobs: 1 });
    expect(await database.query('select 1 from cache_entries')).toHaveLength(1);
    await collect(database, blobs, quotas, Date.now() + 91 * 24 * hour);
    expect(await database.query('select 1 from cache_entries')).toHaveLength(0);
  });

  it('removes what crashes left behind, and nothing that a request could still need', async () => {
    await put('trusted', '1', 'received', 'received');
    await put('trusted', '2', 'kept', 'kept');
    mkdirSync(join(folder, 'blobs/lost+found'));
    writeFileSync(join(folder, 'blobs/.DS_Store'), '');
    expect(await collect(database, blobs, quotas)).toEqual({ entries: 0, blobs: 0 });
    expect(readdirSync(join(folder, 'incoming'))).toHaveLength(1);
    expect(await collect(database, blobs, quotas, Date.now() + 2 * hour)).toEqual({ entries: 0, blobs: 1 });
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });
});

describe('a collector', () => {
  const total = async (trustClass: TrustClass) =>
    (await statistics(database, 'shop')).find((one) => one.trustClass === trustClass)?.bytes ?? 0;
  const failures: unknown[] = [];
  const collecting = () =>
    new Collector(database, blobs, quotas, (error) => {
      failures.push(error);
    });

  it('removes what exceeds a quota while entries are stored, and of no other class', async () => {
    const collector = collecting();
    await put('trusted', '1', 'x'.repeat(500));
    for (let hash = 1; hash <= 20; hash += 1) {
      await put('pr:1', String(hash), String(hash).repeat(40));
      collector.stored('shop', 'pr:1', 40);
    }
    await expect.poll(() => total('pr:1')).toBeLessThanOrEqual(quotas.pr);
    await collector.close();
    expect(failures).toEqual([]);
    expect(await total('trusted')).toBe(500);
    expect(await get('pr:1', '20')).toBe('20'.repeat(40));
  });

  it('checks a quota only after a part of it was stored', async () => {
    const collector = collecting();
    await put('pr:1', '1', 'x'.repeat(500));
    collector.stored('shop', 'pr:1', 1);
    await collector.close();
    expect(await total('pr:1')).toBe(500);
  });
});

it('the time of a read is recorded once a minute', async () => {
  await put('trusted', '1', 'x');
  const age = async () => {
    const [row] = await database.query<{ seconds: number }>(
      'select extract(epoch from now() - last_read_at)::float8 as seconds from cache_entries',
    );
    return row?.seconds ?? 0;
  };
  const readAfter = async (seconds: number) => {
    await database.query(`update cache_entries set last_read_at = now() - interval '${seconds} seconds'`);
    expect(await findEntry(database, writer('pr:1'), '1')).toMatchObject({ trustClass: 'trusted', size: 1 });
    return age();
  };
  expect(await readAfter(30)).toBeGreaterThanOrEqual(30);
  expect(await readAfter(90)).toBeLessThan(30);
});

describe('in any order of writes, reads, collections and crashes', () => {
  const classes: readonly TrustClass[] = ['trusted', 'pr:1', 'pr:2', 'dev:ada'];
  const action = fc.record({
    kind: fc.constantFrom(
      'put',
      'put',
      'put',
      'get',
      'collect',
      'crashing collect',
      'received',
      'kept',
      'revoke',
    ),
    trustClass: fc.constantFrom(...classes),
    hash: fc.constantFrom('1', '2', '3'),
    content: fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 60 }),
  });

  it('no reader gets what its class did not write, and no entry loses its blob', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(action, { maxLength: 4 }), { maxLength: 12 }), async (rounds) => {
        await clear();
        const written = new Set<string>();
        for (const round of rounds)
          await Promise.all(
            round.map(async ({ kind, trustClass, hash, content }) => {
              if (kind === 'get') {
                const found = await get(trustClass, hash);
                if (found === undefined) return;
                expect(
                  written.has(`${trustClass} ${hash} ${found}`) || written.has(`trusted ${hash} ${found}`),
                ).toBe(true);
              } else if (kind === 'collect') await collect(database, later(), quotas, Date.now() + 2 * hour);
              else if (kind === 'crashing collect') await crashingCollect();
              else if (kind === 'revoke') await revokeEntries(database, 'shop', { hash, trustClass });
              else {
                written.add(`${trustClass} ${hash} ${content}`);
                await put(trustClass, hash, content, kind === 'put' ? undefined : kind);
              }
            }),
          );
        expect(await findings()).not.toContain('missing');
        await collect(database, blobs, quotas, Date.now() + 2 * hour);
        expect(await findings()).toEqual([]);
        const used = await statistics(database, 'shop');
        for (const [group, quota] of Object.entries(quotas)) {
          const own = used.filter(({ trustClass }) => trustGroup(trustClass) === group);
          expect(own.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(quota);
        }
      }),
      { numRuns: 10 },
    );
  });

  /** The blobs two hours later, although uploads still run. */
  function later(remove = (digest: string) => blobs.remove(digest)): BlobFolder {
    return Object.assign(Object.create(blobs) as BlobFolder, {
      olderThan: (time: number) => blobs.olderThan(time),
      removeAbandoned: (time: number) => blobs.removeAbandoned(time - 2 * hour),
      remove,
    });
  }

  /** The server is killed between the removal of entries and that of their blobs. */
  async function crashingCollect(): Promise<void> {
    const crashing = later(() => Promise.reject(new Error('killed')));
    await collect(database, crashing, quotas, Date.now() + 2 * hour).catch((error: unknown) => {
      expect((error as Error).message).toBe('killed');
    });
  }

  async function findings(): Promise<string[]> {
    const kinds: string[] = [];
    for await (const progress of checkStorage(database, blobs, false))
      kinds.push(...progress.findings.map(({ kind }) => kind));
    return kinds;
  }
});

it('a check names a blob whose content has another digest', async () => {
  await put('trusted', '1', 'right');
  const digest = createHash('sha256').update('right').digest('hex');
  writeFileSync(join(folder, 'blobs', digest.slice(0, 2), digest.slice(2)), 'wrong');
  const found = [];
  for await (const { findings } of checkStorage(database, blobs, true)) found.push(...findings);
  expect(found).toEqual([{ kind: 'damaged', digest, entries: 1 }]);
  expect(await get('trusted', '1')).toBeUndefined();
  expect(await put('trusted', '1', 'right')).toBe(true);
});
