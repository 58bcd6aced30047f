import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import { commonSha256, sha256Of } from './digest.js';
import { errnoOf, writeError } from './faults.js';
import { sideFilesOf } from './layout.js';

export interface PlaceRequest {
  /** The built file, absolute. */
  readonly source: string;
  /** Its place, absolute. */
  readonly destination: string;
  /** What `.version` says of it; the same for the same inputs, so it bears no time. */
  readonly version: Readonly<Record<string, unknown>>;
}

export interface PlacedArtifact {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A final file can be run, by all. */
const mode = 0o755;

/**
 * Puts a built file in its place, whole or not at all, with `.sha256` (as `sha256sum -c` reads it) and
 * `.version` beside it. A place that holds the same bytes already is left alone.
 * @throws MillwrightError ARTIFACTS_SOURCE_MISSING, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL,
 * ARTIFACTS_DESTINATION_IS_FOLDER; what stood there before then stays
 */
export async function placeArtifact({ source, destination, version }: PlaceRequest): Promise<PlacedArtifact> {
  const sha256 = await installFile(source, destination);
  const sides = sideFilesOf(destination);
  await writeWhole(sides.sha256, `${sha256}  ${basename(destination)}\n`);
  await writeWhole(sides.version, `${JSON.stringify(sorted(version), null, 2)}\n`);
  return { path: destination, size: (await stat(destination)).size, sha256 };
}

/**
 * Puts a copy of a final file in a further place, whole or not at all.
 * @returns the file's sha256 in hexadecimal
 * @throws MillwrightError as {@link placeArtifact} does
 */
export async function installFile(source: string, destination: string): Promise<string> {
  const same = await sameBytes(source, destination);
  if (same !== undefined) return same;
  const temporary = temporaryBeside(destination);
  try {
    await mkdir(dirname(destination), { recursive: true });
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await chmod(temporary, mode);
    const sha256 = await sha256Of(temporary);
    await rename(temporary, destination);
    return sha256;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (errnoOf(error) === 'ENOENT') throw missing(source, error);
    throw writeError(destination, error);
  }
}

/** Writes a small file whole or not at all; one with the same text is left alone. */
export async function writeWhole(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  const temporary = temporaryBeside(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** The sha256 of both where the place holds a runnable file with the source's bytes. */
async function sameBytes(source: string, destination: string): Promise<string | undefined> {
  const [from, to] = await Promise.all(
    [source, destination].map((path) => stat(path).catch(() => undefined)),
  );
  if (!from) throw missing(source, undefined);
  if (to?.isDirectory())
    throw writeError(destination, Object.assign(new Error('a folder'), { code: 'EISDIR' }));
  if (to?.isFile() !== true || to.size !== from.size || (to.mode & 0o777) !== mode) return undefined;
  return commonSha256(source, destination);
}

function missing(source: string, cause: unknown): MillwrightError {
  return new MillwrightError('ARTIFACTS_SOURCE_MISSING', {
    what: `${source} cannot be handed over`,
    why: 'the build said that it made the file, and it is not there',
    cause,
  });
}

let counter = 0;

function temporaryBeside(path: string): string {
  counter += 1;
  return join(dirname(path), `.${basename(path)}.${process.pid}-${counter}.tmp`);
}

function sorted(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
