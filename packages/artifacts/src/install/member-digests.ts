import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { ArchiveFormat } from '../archives/write.js';
import { artifactError } from '../errors.js';
import { defaultUnpackLimits, largestContent } from './names.js';
import { type EntryReader, readTar } from './read-tar.js';
import { readZip } from './read-zip.js';

/**
 * Returns the SHA-256 of each file in an archive, in lower-case hexadecimal.
 * @throws MillwrightError ARCHIVE_REFUSED
 */
export async function digestsInArchive(path: string, format: ArchiveFormat): Promise<ReadonlySet<string>> {
  const digests = new Set<string>();
  const read: EntryReader = async (_, content) => {
    const hash = createHash('sha256');
    for await (const chunk of content) hash.update(chunk);
    digests.add(hash.digest('hex'));
  };
  const limit = largestContent(defaultUnpackLimits, statSync(path).size) + defaultUnpackLimits.entries * 4096;
  try {
    await (format === 'zip' ? readZip(path, limit, read) : readTar(path, format, limit, read));
  } catch (error) {
    throw artifactError('ARCHIVE_REFUSED', {
      what: `${path} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
  return digests;
}
