import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const chunkBytes = 1 << 20;

/** The sha256 of a file's content, in lower-case hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** The sha256 of two files that hold the same bytes; undefined from their first difference on. */
export async function commonSha256(left: string, right: string): Promise<string | undefined> {
  await using leftFile = await open(left);
  await using rightFile = await open(right);
  const hash = createHash('sha256');
  const [leftBuffer, rightBuffer] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  for (;;) {
    const [leftChunk, rightChunk] = await Promise.all([
      read(leftFile, leftBuffer),
      read(rightFile, rightBuffer),
    ]);
    if (!leftChunk.equals(rightChunk)) return undefined;
    if (leftChunk.length === 0) return hash.digest('hex');
    hash.update(leftChunk);
  }
}

/** Fills the buffer as far as the file goes: a short read in its midst is no difference between two files. */
async function read(file: FileHandle, buffer: Buffer): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
