import { join, resolve } from 'node:path';
import type { ServerConfig } from './config/schema.js';
import type { Database } from './database/database.js';
import { openEmbedded } from './database/embedded.js';
import { migrate, requireMigrated } from './database/migrations.js';
import { openPostgres } from './database/postgres.js';
import { BlobFolder } from './storage/blob-folder.js';
import type { BlobStore } from './storage/blob-store.js';

/** A migration of a large table takes long. In milliseconds. */
const migrationMilliseconds = 60 * 60 * 1000;

/**
 * Opens the database of a configuration. The embedded one gets today's tables; those of PostgreSQL are only checked, because
 * other processes of another version may use them.
 * @throws MillwrightError SERVER_DATABASE_UNREACHABLE, SERVER_DATABASE_OLDER, SERVER_DATABASE_NEWER
 */
export async function openDatabase({ data, databaseUrl }: ServerConfig): Promise<Database> {
  const database =
    databaseUrl === undefined
      ? await openEmbedded(join(resolve(data), 'database'))
      : await openPostgres(databaseUrl);
  try {
    if (databaseUrl === undefined) await migrate(database);
    else await requireMigrated(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Creates or updates the tables of a PostgreSQL database.
 * @returns the number of steps that were applied
 * @throws MillwrightError SERVER_DATABASE_UNREACHABLE, SERVER_DATABASE_NEWER
 */
export async function migrateDatabase(url: string): Promise<number> {
  const database = await openPostgres(url, migrationMilliseconds);
  try {
    return await migrate(database);
  } finally {
    await database.close();
  }
}

/**
 * Opens the store of archives: a bucket or the data folder. The S3 client is loaded only if it is used.
 * @throws MillwrightError SERVER_STORAGE_UNUSABLE
 */
export async function openBlobs({ data, s3 }: ServerConfig): Promise<BlobStore> {
  const folder = new BlobFolder(resolve(data));
  const blobs =
    s3 === undefined ? folder : new (await import('./storage/blob-bucket.js')).BlobBucket(s3, folder);
  await blobs.prepare();
  return blobs;
}
