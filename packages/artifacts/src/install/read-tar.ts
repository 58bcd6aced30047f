import { statSync } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { readHead, streamRegularFile } from '@millwright/toolkit/core';
import { extract, type Header } from 'tar-stream';
import type { ArchiveEntry } from './names.js';
import { TarLayout } from './tar-layout.js';

/** Reads a member of an archive. Must read the content of a file to its end. */
export type EntryReader = (entry: ArchiveEntry, content: AsyncIterable<Buffer>) => Promise<void>;

/** The first bytes of a compressed file in hexadecimal (RFC 1952, RFC 8878), and what compresses it. */
const formats = {
  'tar.gz': { start: '1f8b', program: 'gzip' },
  'tar.zst': { start: '28b52ffd', program: 'zstd' },
} as const;

/**
 * Reads a compressed tar archive, one member at a time.
 * @param limit the maximum uncompressed size, in bytes
 * @param options.links whether symbolic links are accepted (default: only files and folders)
 * @param options.oldHeaders whether headers from before POSIX are accepted, as the Rust crate tar can write them
 * @throws Error with the reason if it is rejected or malformed
 */
export async function readTar(
  path: string,
  format: 'tar.gz' | 'tar.zst',
  limit: number,
  read: EntryReader,
  options: { readonly links?: boolean; readonly oldHeaders?: boolean } = {},
): Promise<void> {
  const layout = new TarLayout(options);
  // The types of tar-stream do not have the option, which its README documents.
  const unpacking = { allowUnknownFormat: options.oldHeaders ?? false };
  const members = extract(unpacking as Parameters<typeof extract>[0]);
  let index = 0;
  members.on('entry', (header, stream, next) => {
    const entry = entryOf(header);
    // The stream of the archive reports the same error.
    stream.on('error', () => undefined);
    // A pax header can specify another size than the member's own header.
    if (layout.sizes[index++] !== entry.size) {
      next(new Error('a member has two different sizes'));
      return;
    }
    // GNU tar takes the name and the content of such a member from its content.
    if (Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse'))) {
      next(new Error('it has a sparse file; only files and folders are unpacked'));
      return;
    }
    if (entry.name === '.' && entry.kind === 'folder') {
      stream.on('end', next).resume();
      return;
    }
    read(entry, stream as unknown as AsyncIterable<Buffer>).then(() => {
      next();
    }, next);
  });
  const decompress = format === 'tar.gz' ? createGunzip() : createZstdDecompress();
  let size = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        size += chunk.length;
        if (size > limit) throw new Error(`its files have more than ${limit} bytes`);
        layout.add(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        layout.end();
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  try {
    await pipeline(
      Readable.from(streamRegularFile(path, 1 << 18)),
      decompress,
      check,
      members as unknown as NodeJS.WritableStream,
    );
  } catch (error) {
    const { start, program } = formats[format];
    if (readHead(path, 4)?.toString('hex').startsWith(start) !== false) throw error;
    throw new Error(`it is not compressed with ${program}`, { cause: error });
  }
  // Decompression ends with the compressed data and ignores what follows.
  if (decompress.bytesWritten !== statSync(path).size) throw new Error('it has data after its end');
  if (index !== layout.sizes.length)
    throw new Error('different programs would read different members from it');
}

/** tar writes `.` as `./`, and what is below it with that prefix. */
function entryOf({ name, size, type, mode, linkname }: Header): ArchiveEntry {
  const kind = type === 'directory' ? 'folder' : type;
  return {
    name: name.replace(/\/$/, '').replace(/^\.\//, ''),
    kind,
    linkTarget: linkname,
    size,
    isExecutable: (mode & 0o111) !== 0,
  };
}
