import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress, type Gzip, type ZstdCompress } from 'node:zlib';
import { type ArchiveMember, fileChunk, sizedMembers } from './members.js';
import { type TarEntry, tarOf, tarStream } from './tar.js';
import { zipStream } from './zip.js';

export const archiveFormats = ['tar.gz', 'tar.zst', 'zip'] as const;

export type ArchiveFormat = (typeof archiveFormats)[number];

/** A written archive. */
export interface WrittenArchive {
  /** Of the archive, in lower-case hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

const chunkSize = 1 << 18;

/**
 * Writes a reproducible archive: the bytes depend only on the members, the time and the versions of zlib and zstd.
 * Keeps only a few chunks in memory.
 * @param path must not exist yet
 * @param time the modification time of every member, in seconds since 1970
 * @throws MillwrightError ARCHIVE_MEMBER_REFUSED; Error of the file system where the archive cannot be written
 */
export async function writeArchive(
  path: string,
  members: readonly ArchiveMember[],
  format: ArchiveFormat,
  time: number,
): Promise<WrittenArchive> {
  const sized = sizedMembers(members);
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const out = createWriteStream(path, { flags: 'wx' });
  if (format === 'zip') await pipeline(zipStream(sized, time), measure, out);
  else if (format === 'tar.zst') await pipeline(compressed(tarStream(sized, time), zstd()), measure, out);
  else await pipeline(compressed(tarStream(sized, time), gzip()), anySystem(), measure, out);
  return { sha256: hash.digest('hex'), size };
}

/** A compressed tar archive, with the digest of the archive before its compression. */
export interface WrittenTar extends WrittenArchive {
  readonly uncompressedSha256: string;
}

/**
 * Writes a gzip-compressed tar archive, reproducible as that of {@link writeArchive}.
 * @param path must not exist yet
 * @param time the modification time of every entry, in seconds since 1970
 * @throws Error of the file system if the archive cannot be written
 */
export async function writeTarGz(
  path: string,
  entries: readonly TarEntry[],
  time: number,
): Promise<WrittenTar> {
  const [outer, inner] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const content = async function* () {
    for await (const chunk of tarOf(entries, time) as AsyncIterable<Buffer>) {
      inner.update(chunk);
      yield chunk;
    }
  };
  const measured = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      outer.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  const out = createWriteStream(path, { flags: 'wx' });
  await pipeline(compressed(content(), gzip()), anySystem(), measured, out);
  return { sha256: outer.digest('hex'), size, uncompressedSha256: inner.digest('hex') };
}

/**
 * Writes a tar archive that is not compressed.
 * @param path must not exist yet
 * @param time the modification time of every entry, in seconds since 1970
 * @throws Error of the file system if the archive cannot be written
 */
export async function writeTar(path: string, entries: readonly TarEntry[], time: number): Promise<void> {
  await pipeline(tarOf(entries, time), createWriteStream(path, { flags: 'wx' }));
}

/** Returns the digest of a tar archive in lower-case hexadecimal digits, without writing it. */
export async function tarSha256(entries: readonly TarEntry[], time: number): Promise<string> {
  const hash = createHash('sha256');
  // tar-stream still counts the bytes of a chunk when it has given it.
  let previous: Buffer = Buffer.alloc(0);
  for await (const chunk of tarOf(entries, time) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    release(previous);
    previous = chunk;
  }
  return hash.digest('hex');
}

/** Gives the memory of a chunk of a file back at once: V8 collects buffers only after 64 MB of them. */
function release(chunk: Buffer): void {
  if (chunk.length === fileChunk && chunk.buffer.byteLength === fileChunk)
    (chunk.buffer as ArrayBuffer).transfer(0);
}

const gzip = () => createGzip({ level: 6, chunkSize });

/** zstd's own default level: higher ones take more than 100 MB of memory. */
const zstd = () => createZstdCompress({ chunkSize, params: { [constants.ZSTD_c_checksumFlag]: 1 } });

/**
 * Compresses each chunk before the next is given: Node writes a second, empty frame of zstd if the end of the input
 * is known before its last chunk is compressed.
 */
function compressed(content: AsyncIterable<Buffer>, compressor: Gzip | ZstdCompress): Readable {
  const feed = async () => {
    for await (const chunk of content) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      compressor.write(chunk, (error) => {
        if (error == null) resolve(undefined);
        else reject(error);
      });
      await promise;
      release(chunk);
    }
    compressor.end();
  };
  feed().catch((error: unknown) => {
    compressor.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return compressor;
}

/** Sets byte 9 of the gzip header, the system of zlib, to "unknown" (RFC 1952). */
function anySystem(): Transform {
  let offset = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (offset <= 9 && offset + chunk.length > 9) chunk[9 - offset] = 255;
      offset += chunk.length;
      done(null, chunk);
    },
  });
}
