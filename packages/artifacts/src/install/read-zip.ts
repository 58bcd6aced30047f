import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ArchiveEntry } from './names.js';
import type { EntryReader } from './read-tar.js';

const typeBits = 0o170000;
/** Unix file types by mode bits. Without these bits, the name distinguishes files and folders. */
const unixTypes: Readonly<Record<number, string>> = {
  0: '',
  0o010000: 'FIFO',
  0o020000: 'character device',
  0o040000: 'folder',
  0o060000: 'block device',
  0o100000: 'file',
  0o120000: 'symbolic link',
  0o140000: 'socket',
};

/**
 * Reads a zip archive, one member at a time. yauzl rejects data after the end, and content of another size than
 * recorded.
 * @param limit the maximum total size of its files, in bytes
 * @throws Error with the reason if it is rejected or malformed
 */
export async function readZip(path: string, limit: number, read: EntryReader): Promise<void> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  try {
    if (zip.comment !== '') throw new Error('it has a comment, which can hide another archive');
    const found: Entry[] = [];
    let size = 0;
    for await (const entry of zip.eachEntry()) {
      found.push(entry);
      size += entry.uncompressedSize;
      if (size > limit) throw new Error(`its files have more than ${limit} bytes`);
    }
    await checkLocalHeaders(zip, found);
    for (const entry of found) {
      const described = entryOf(entry);
      const hasContent = described.kind === 'file' && !entry.isEncrypted();
      await read(described, hasContent ? await zip.openReadStreamPromise(entry) : nothing());
    }
  } finally {
    zip.close();
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- empty
async function* nothing(): AsyncGenerator<Buffer> {
  yield* [];
}

function entryOf(entry: Entry): ArchiveEntry {
  const mode = entry.externalFileAttributes >>> 16;
  const name = entry.fileName.replace(/\/$/, '');
  const byName = name === entry.fileName ? 'file' : 'folder';
  const said = unixTypes[mode & typeBits] ?? 'member of an unknown type';
  const kind = entry.isEncrypted()
    ? 'encrypted file'
    : said !== '' && (said === 'file' || said === 'folder') && said !== byName
      ? 'file and a folder at once'
      : said || byName;
  return { name, kind, size: entry.uncompressedSize, isExecutable: (mode & 0o111) !== 0 };
}

/**
 * Rejects archives whose local headers differ from the central directory: programs that read from the start would
 * find other members.
 */
async function checkLocalHeaders(zip: ZipFile, entries: readonly Entry[]): Promise<void> {
  let end = 0;
  for (const entry of [...entries].sort(
    (left, right) => left.relativeOffsetOfLocalHeader - right.relativeOffsetOfLocalHeader,
  )) {
    const { fileName, fileDataStart } = await zip.readLocalFileHeaderPromise(entry);
    if (!fileName.equals(entry.fileNameRaw)) throw new Error('a member has two different names');
    if (entry.relativeOffsetOfLocalHeader < end) throw new Error('its members overlap');
    if (end === 0 && entry.relativeOffsetOfLocalHeader > 0) throw new Error('it has data before its start');
    end = fileDataStart + entry.compressedSize;
  }
}
