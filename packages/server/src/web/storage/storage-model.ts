import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { statistics } from '../../cache/entries.js';
import { type CheckState, loadState } from '../../cache/state.js';
import type { RunningCheck } from '../../cache/checker.js';
import type { Context } from '../../http/context.js';

/** Where archives are. */
export type Place =
  | { readonly kind: 'bucket'; readonly name: string; readonly endpoint: string | undefined }
  | {
      readonly kind: 'folder';
      readonly path: string;
      /** In bytes. Undefined if the disk does not say. */
      readonly disk: { readonly free: number; readonly total: number } | undefined;
    };

/** The health of what is stored. */
export interface StorageModel {
  /** Why this server cannot serve now. */
  readonly problems: readonly string[];
  readonly database: 'embedded' | 'PostgreSQL';
  readonly place: Place;
  readonly entries: number;
  readonly bytes: number;
  readonly collection:
    { readonly endedAt: string; readonly entries: number; readonly blobs: number } | undefined;
  /** A check of this process. */
  readonly running: RunningCheck | undefined;
  readonly check: CheckState | undefined;
}

export async function storageModel(context: Context): Promise<StorageModel> {
  const { config, database, checker, readiness } = context;
  const classes = await statistics(database, undefined);
  return {
    problems: await readiness.problems(),
    database: config.databaseUrl === undefined ? 'embedded' : 'PostgreSQL',
    place: await placeOf(config),
    entries: classes.reduce((sum, one) => sum + one.entries, 0),
    bytes: classes.reduce((sum, one) => sum + one.bytes, 0),
    collection: await loadState(database, 'collection'),
    running: checker.running,
    check: await loadState(database, 'check'),
  };
}

async function placeOf({ s3, data }: Context['config']): Promise<Place> {
  if (s3 !== undefined) return { kind: 'bucket', name: `${s3.bucket}/${s3.prefix}`, endpoint: s3.endpoint };
  const path = resolve(data);
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { kind: 'folder', path, disk: { free: bavail * bsize, total: blocks * bsize } };
  } catch {
    return { kind: 'folder', path, disk: undefined };
  }
}
