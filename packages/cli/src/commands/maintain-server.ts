import { backup, loadConfig, migrateDatabase, restore } from '@millwright/server';
import { formatCount } from '@millwright/toolkit/core';
import { commandError } from '../errors.js';
import { exitCodes, type Result } from '../io/result.js';

/** Where the configuration of the database comes from. */
export interface DatabaseOptions {
  readonly databaseUrl?: string;
  readonly databaseUrlFile?: string;
  readonly config?: string;
}

/** Creates or updates the tables of a PostgreSQL database. */
export async function migrate({ config: file, ...flags }: DatabaseOptions): Promise<Result> {
  const { databaseUrl } = loadConfig({ ...flags }, process.env, file);
  if (databaseUrl === undefined)
    throw commandError('COMMAND_USAGE', {
      what: 'no database is named',
      why: '`millwright serve` migrates an embedded database by itself',
      remedy: 'add --database-url <url>, or databaseUrl to the configuration',
    });
  const steps = await migrateDatabase(databaseUrl);
  const text = steps === 0 ? 'the tables are up to date' : `applied ${formatCount(steps, 'step')}`;
  return { exitCode: exitCodes.done, text, data: { steps } };
}

/** Copies a data folder. */
export async function copyData(folder: string, data: string): Promise<Result> {
  await backup(data, folder);
  return { exitCode: exitCodes.done, text: `copied ${data} to ${folder}`, data: { folder } };
}

/** Puts a copy of a data folder back. */
export async function restoreData(folder: string, data: string): Promise<Result> {
  await restore(folder, data);
  return { exitCode: exitCodes.done, text: `copied ${folder} to ${data}`, data: { data } };
}
