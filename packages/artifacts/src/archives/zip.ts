import { Readable } from 'node:stream';
import { streamRegularFile } from '@millwright/toolkit/core';
import { ZipFile } from 'yazl';
import { fileChunk, type SizedMember } from './members.js';

/** DOS times are local, so the archive would depend on the time zone of the machine. This class returns UTC instead. */
class UtcDate extends Date {
  override getFullYear = () => this.getUTCFullYear();
  override getMonth = () => this.getUTCMonth();
  override getDate = () => this.getUTCDate();
  override getHours = () => this.getUTCHours();
  override getMinutes = () => this.getUTCMinutes();
  override getSeconds = () => this.getUTCSeconds();
}

/**
 * Creates a zip archive. Its DOS times are in UTC, although programs interpret them as local times.
 * @param time see writeArchive
 */
export function zipStream(members: readonly SizedMember[], time: number): Readable {
  const archive = new ZipFile();
  const out = archive.outputStream as unknown as Readable;
  archive.on('error', (error: Error) => out.destroy(error));
  for (const { name, source, size, isExecutable } of members) {
    const mode = 0o100000 | (isExecutable ? 0o755 : 0o644);
    const mtime = new UtcDate(time * 1000);
    archive.addReadStreamLazy(name, { size, mode, mtime, compressionLevel: 6 }, (done) => {
      const content = Readable.from(streamRegularFile(source, fileChunk));
      // yazl leaves the file open if the archive cannot be written.
      out.once('close', () => content.destroy());
      done(null, content);
    });
  }
  archive.end();
  return out;
}
