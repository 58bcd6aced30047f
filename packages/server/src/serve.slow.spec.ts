import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresPrograms, startPostgres } from './database/postgres.spec.helper.js';
import { migrateDatabase } from './open.js';
import { isMotoMissing, startBucket } from './storage/s3.spec.helper.js';
import { describeCache } from './suite/cache.spec.helper.js';
import { describeCompilers } from './suite/compilers.spec.helper.js';
import { Fixture, type Services } from './suite/fixture.spec.helper.js';
import { describeIdentity } from './suite/identity.spec.helper.js';
import { describePages } from './suite/pages.spec.helper.js';
import { describeStopping } from './suite/stopping.spec.helper.js';

/** Embedded on one machine, and scaled: the same tests. */
const modes: readonly { title: string; start: () => Promise<Services>; isMissing: boolean }[] = [
  { title: 'the embedded database and a folder', start: () => Promise.resolve({}), isMissing: false },
  {
    title: 'PostgreSQL and S3',
    start: async () => {
      const [database, bucket] = await Promise.all([startPostgres(postgresPrograms ?? ''), startBucket()]);
      await migrateDatabase(database.url);
      return { database, bucket };
    },
    isMissing: (postgresPrograms === undefined || isMotoMissing) && process.env.CI === undefined,
  },
];
for (const { title, start, isMissing } of modes)
  describe.skipIf(isMissing)(`with ${title}`, () => {
    const fixture = new Fixture();
    beforeAll(async () => {
      await fixture.start(await start());
    });
    afterAll(() => fixture.stop());

    describeCache(fixture);
    describeCompilers(fixture);
    describeIdentity(fixture);
    describePages(fixture);

    it('says that it works, and counts what it does', async () => {
      for (const path of ['/v1/health', '/v1/ready', '/metrics', '/v1/cache-statistics'])
        expect((await fixture.ask(path)).status, path).toBe(200);
      expect((await fixture.ask('/v1/storage-checks', 'POST', {})).status).toBe(200);
    });

    describeStopping(fixture);

    it('gave every answer that the OpenAPI document describes, and no other', () => {
      expect(fixture.answers.unseen()).toEqual([]);
    });
  });
