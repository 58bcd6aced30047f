import { crc32 } from 'node:zlib';
import { type Entry, type LocalFileHeader, openPromise, type ZipFile } from 'yauzl';
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
    // Its type says boolean.
    const directory = Number(zip.readEntryCursor);
    for await (const entry of zip.eachEntry()) {
      found.push(entry);
      size += entry.uncompressedSize;
      if (size > limit) throw new Error(`its files have more than ${limit} bytes`);
    }
    await checkLocalHeaders(zip, found, directory);
    for (const entry of found) {
      const described = entryOf(entry);
      const hasContent = described.kind === 'file' && !entry.isEncrypted();
      await read(
        described,
        hasContent ? checked(await zip.openReadStreamPromise(entry), entry.crc32) : nothing(),
      );
    }
  } finally {
    zip.close();
  }
}

/** yauzl does not compare checksums. */
async function* checked(content: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of content) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new Error('a member has another checksum than is noted');
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
 * find other members. Only a data descriptor can stand between members.
 * @param directory where the central directory begins
 */
async function checkLocalHeaders(zip: ZipFile, entries: readonly Entry[], directory: number): Promise<void> {
  let end = 0;
  let descriptor = 0;
  for (const entry of [...entries].sort(
    (left, right) => left.relativeOffsetOfLocalHeader - right.relativeOffsetOfLocalHeader,
  )) {
    const local = await zip.readLocalFileHeaderPromise(entry);
    if (!local.fileName.equals(entry.fileNameRaw) || hasSecondName(entry))
      throw new Error('a member has two different names');
    if (!isSameMember(entry, local)) throw new Error('a member has two different headers');
    if (entry.relativeOffsetOfLocalHeader < end) throw new Error('its members overlap');
    if (end === 0 && entry.relativeOffsetOfLocalHeader > 0) throw new Error('it has data before its start');
    if (entry.relativeOffsetOfLocalHeader > end + descriptor) throw new Error(hidden);
    end = local.fileDataStart + entry.compressedSize;
    descriptor = (entry.generalPurposeBitFlag & flags.descriptor) === 0 ? 0 : largestDescriptor;
  }
  if (directory > end + descriptor) throw new Error(hidden);
}

const hidden = 'it has data between its members';
const flags = { encrypted: 1 << 0, descriptor: 1 << 3, strongEncryption: 1 << 6 } as const;
/** Signature, checksum and two sizes of 8 bytes each, see APPNOTE 4.3.9. */
const largestDescriptor = 24;
/** The value of a size that is in the zip64 field. */
const inZip64 = 0xffff_ffff;
const unicodePathField = 0x7075;

/** Some programs take the name in this field, others the one in the header. */
function hasSecondName({ extraFields, fileName, fileNameRaw }: Entry): boolean {
  return extraFields.some(({ id }) => id === unicodePathField) && fileName !== fileNameRaw.toString('utf8');
}

/** Compares what decides how the content is read. With a descriptor, the local header may leave values out. */
function isSameMember(entry: Entry, local: LocalFileHeader): boolean {
  const mask = flags.encrypted | flags.descriptor | flags.strongEncryption;
  const hasDescriptor = (local.generalPurposeBitFlag & flags.descriptor) !== 0;
  const isSame = (value: number, expected: number, absent: readonly number[]) =>
    value === expected || absent.includes(value) || (hasDescriptor && value === 0);
  return (
    local.compressionMethod === entry.compressionMethod &&
    ((local.generalPurposeBitFlag ^ entry.generalPurposeBitFlag) & mask) === 0 &&
    isSame(local.crc32, entry.crc32, []) &&
    isSame(local.compressedSize, entry.compressedSize, [inZip64]) &&
    isSame(local.uncompressedSize, entry.uncompressedSize, [inZip64])
  );
}
