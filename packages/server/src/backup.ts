import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MillwrightError } from '@millwright/toolkit/core';
import { serverError } from './errors.js';
import { withDataFolder } from './run-server.js';

/** The parts of a data folder that hold data. */
const parts = ['database', 'blobs'];

/**
 * Copies a data folder with the embedded database, while no server uses it. The copy appears complete or not at all.
 * @param target a folder that does not exist
 * @throws MillwrightError SERVER_DATA_LOCKED, SERVER_BACKUP_FAILED
 */
export async function backup(data: string, target: string): Promise<void> {
  requireParts(data, 'has no embedded database', 'name the data folder: --data <folder>');
  await withDataFolder(data, () => copyTo(data, target));
}

/**
 * Puts a copy back as a data folder. The copy is not changed.
 * @throws MillwrightError SERVER_BACKUP_FAILED
 */
export async function restore(source: string, data: string): Promise<void> {
  requireParts(source, 'is no backup', 'name a folder that `millwright server backup` wrote');
  await copyTo(source, data);
}

async function copyTo(source: string, target: string): Promise<void> {
  if (existsSync(target))
    throw failed(
      `${target} exists`,
      'nothing is overwritten',
      'name a folder that does not exist, or move it away',
    );
  const partial = `${resolve(target)}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    for (const part of parts.filter((name) => existsSync(join(source, name))))
      await cp(join(source, part), join(partial, part), { recursive: true, preserveTimestamps: true });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (error instanceof MillwrightError) throw error;
    throw failed(`${source} cannot be copied to ${target}`, (error as Error).message);
  }
}

function requireParts(folder: string, why: string, remedy: string): void {
  if (!existsSync(join(folder, 'database')))
    throw failed(`${folder} ${why}`, 'it has no folder database', remedy);
}

function failed(what: string, why: string, remedy?: string): MillwrightError {
  return serverError('SERVER_BACKUP_FAILED', { what, why, ...(remedy === undefined ? {} : { remedy }) });
}
