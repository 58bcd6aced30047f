import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchiveFormat } from '../archives/write.js';
import { errnoOf, writeError } from '../disk/faults.js';
import { artifactError } from '../errors.js';
import {
  type ArchiveEntry,
  largestContent,
  unpackProblem,
  type UnpackLimits,
  defaultUnpackLimits,
} from './names.js';
import { type EntryReader, readTar } from './read-tar.js';
import { readZip } from './read-zip.js';

/**
 * Unpacks an archive into an empty folder. The whole archive is read and checked before the first file is written: only
 * files and folders with plain names, none twice, and within the limits. Modes are 0755 or 0644.
 * @param source the name of the archive for messages
 * @param program the name of the file that is executable if the archive marks none, as those made on Windows do
 * @returns the paths of the executable files, relative to the folder
 * @throws MillwrightError ARCHIVE_REFUSED, ARTIFACTS_DISK_FULL, ARTIFACTS_NOT_WRITABLE
 */
export async function unpack(
  path: string,
  format: ArchiveFormat,
  folder: string,
  source: string,
  limits: UnpackLimits = defaultUnpackLimits,
  program?: string,
): Promise<readonly string[]> {
  const { size } = statSync(path);
  // In a tar archive, the headers of members count too.
  const limit = largestContent(limits, size) + limits.entries * 4096;
  const readAll = (read: EntryReader) =>
    format === 'zip' ? readZip(path, limit, read) : readTar(path, format, limit, read);
  const entries: ArchiveEntry[] = [];
  try {
    await readAll(async (entry, content) => {
      entries.push(entry);
      if (entries.length > limits.entries) throw new Error(`it has more than ${limits.entries} members`);
      let read = 0;
      for await (const chunk of content) read += chunk.length;
      if (entry.kind === 'file' && read !== entry.size)
        throw new Error('the size of a member differs from its header');
    });
    const refusal = unpackProblem(entries, limits, size);
    if (refusal !== undefined) throw new Error(refusal);
  } catch (error) {
    throw artifactError('ARCHIVE_REFUSED', {
      what: `refusing to unpack ${source}`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
  const programs = programsOf(entries, program);
  try {
    await readAll(async (entry, content) => {
      const destination = join(folder, entry.name);
      mkdirSync(entry.kind === 'folder' ? destination : dirname(destination), {
        recursive: true,
        mode: 0o755,
      });
      if (entry.kind === 'folder') return;
      const out = createWriteStream(destination, {
        flags: 'wx',
        mode: programs.includes(entry.name) ? 0o755 : 0o644,
      });
      await pipeline(Readable.from(content), out);
    });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw writeError(folder, error);
  }
  return programs;
}

function programsOf(entries: readonly ArchiveEntry[], program: string | undefined): readonly string[] {
  const files = entries.filter(({ kind }) => kind === 'file');
  const marked = files.filter(({ name, isExecutable }) => isExecutable || /\.exe$/i.test(name));
  const found = marked.length > 0 ? marked : files.filter(({ name }) => basename(name) === program);
  return found.map(({ name }) => name);
}
