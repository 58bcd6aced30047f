import type { Readable, Writable } from 'node:stream';
import { streamRegularFile } from '@millwright/toolkit/core';
import { pack, type Pack } from 'tar-stream';
import { fileChunk, type SizedMember } from './members.js';

/**
 * Creates a tar archive (POSIX ustar, with pax headers for long and non-ASCII names) without user, group and folders.
 * @param time see writeArchive
 */
export function tarStream(members: readonly SizedMember[], time: number): Readable {
  const archive = pack();
  addAll(archive, members, time).then(
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

async function addAll(archive: Pack, members: readonly SizedMember[], time: number): Promise<void> {
  for (const { name, source, size, isExecutable } of members) {
    const mode = isExecutable ? 0o755 : 0o644;
    const { promise: written, resolve, reject } = Promise.withResolvers<undefined>();
    const header = { name, size, mode, mtime: new Date(time * 1000), uid: 0, gid: 0, type: 'file' as const };
    // tar-stream fails the entry if the size of the file has changed.
    const entry = archive.entry(header, (error) => {
      if (error == null) resolve(undefined);
      else reject(error);
    }) as unknown as Writable;
    // The stream of the archive reports the same error.
    entry.on('error', () => undefined);
    written.catch(() => undefined);
    for await (const chunk of streamRegularFile(source, fileChunk)) {
      if (!entry.write(chunk)) await drained(entry, archive);
      // The archive cannot be written. The reader of this stream gets the error.
      if (archive.destroyed) return;
    }
    entry.end();
    await written;
  }
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
