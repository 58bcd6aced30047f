import { Readable, type Writable } from 'node:stream';
import { streamRegularFile } from '@millwright/toolkit/core';
import { pack, type Pack } from 'tar-stream';
import { fileChunk, type SizedMember } from './members.js';

/** An entry of a tar archive. */
export interface TarEntry {
  /** Its path in the archive, with forward slashes. */
  readonly name: string;
  /** The permission bits. */
  readonly mode: number;
  readonly content: TarContent;
  /** Who owns it (default: root). */
  readonly owner?: TarOwner | undefined;
}

/** The numbers of a user and a group. */
export interface TarOwner {
  readonly uid: number;
  readonly gid: number;
}

/** A folder, a file on disk with its size in bytes, a text, or a symbolic link. */
export type TarContent =
  | { readonly kind: 'folder' }
  | { readonly kind: 'file'; readonly source: string; readonly size: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly target: string };

/**
 * Creates a tar archive (POSIX ustar, with pax headers for long and non-ASCII names) without user, group and folders.
 * @param time see writeArchive
 */
export function tarStream(members: readonly SizedMember[], time: number): Readable {
  return tarOf(
    members.map(({ name, source, size, isExecutable }) => ({
      name,
      mode: isExecutable ? 0o755 : 0o644,
      content: { kind: 'file', source, size },
    })),
    time,
  );
}

/**
 * Creates a tar archive as {@link tarStream}, of entries in their order.
 * @param time the modification time of every entry, in seconds since 1970
 */
export function tarOf(entries: readonly TarEntry[], time: number): Readable {
  const archive = pack();
  addAll(archive, entries, time).then(
    () => {
      archive.finalize();
    },
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  // tar-stream has its own stream class, which node:stream accepts.
  return archive as unknown as Readable;
}

async function addAll(archive: Pack, entries: readonly TarEntry[], time: number): Promise<void> {
  for (const { name, mode, content, owner = { uid: 0, gid: 0 } } of entries) {
    const { promise: written, resolve, reject } = Promise.withResolvers<undefined>();
    const common = { name, mode, mtime: new Date(time * 1000), ...ownerFields(owner) };
    // tar-stream fails the entry if the size of the file has changed.
    const entry = archive.entry({ ...common, ...typeOf(content) }, (error) => {
      if (error == null) resolve(undefined);
      else reject(error);
    }) as unknown as Writable;
    // The stream of the archive reports the same error.
    entry.on('error', () => undefined);
    written.catch(() => undefined);
    for await (const chunk of chunksOf(content)) {
      if (!entry.write(chunk)) await drained(entry, archive);
      // The archive cannot be written. The reader of this stream gets the error.
      if (archive.destroyed) return;
    }
    entry.end();
    await written;
  }
}

/** The largest number of a user that tar-stream writes into a header. It writes this one for all larger ones. */
const largestId = 0o777_777;

/** Returns the owner for tar-stream, with pax records for large numbers. */
function ownerFields(owner: TarOwner) {
  const large = Object.entries(owner).filter(([, id]) => id > largestId);
  return {
    ...owner,
    ...(large.length === 0 ? {} : { pax: Object.fromEntries(large.map(([key, id]) => [key, String(id)])) }),
  };
}

function typeOf(content: TarContent) {
  if (content.kind === 'folder') return { type: 'directory' as const };
  if (content.kind === 'link') return { type: 'symlink' as const, linkname: content.target };
  const size = content.kind === 'file' ? content.size : Buffer.byteLength(content.text);
  return { type: 'file' as const, size };
}

function chunksOf(content: TarContent): AsyncIterable<Buffer> {
  if (content.kind === 'file') return streamRegularFile(content.source, fileChunk);
  const isText = content.kind === 'text' && content.text !== '';
  return Readable.from(isText ? [Buffer.from(content.text)] : []);
}

/** Waits until an entry accepts more data, or the archive has ended. */
async function drained(entry: Writable, archive: Pack): Promise<void> {
  if (archive.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = () => {
    resolve(undefined);
  };
  entry.once('drain', done);
  archive.once('close', done);
  await promise;
  entry.off('drain', done);
  archive.off('close', done);
}
