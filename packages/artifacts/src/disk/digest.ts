import { createHash } from 'node:crypto';
import { streamRegularFile } from '@millwright/toolkit';

const chunkBytes = 1 << 20;

/**
 * Returns the sha256 of a file in lower-case hexadecimal.
 * @throws Error if it is not a regular file or cannot be read
 */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of streamRegularFile(path, chunkBytes)) hash.update(chunk);
  return hash.digest('hex');
}

/** Returns the sha256 of two files with equal content. Returns undefined at the first difference. */
export async function commonSha256(left: string, right: string): Promise<string | undefined> {
  const [leftFile, rightFile] = [left, right].map((path) => streamRegularFile(path, chunkBytes)) as [
    AsyncGenerator<Buffer>,
    AsyncGenerator<Buffer>,
  ];
  const hash = createHash('sha256');
  try {
    for (;;) {
      const [leftChunk, rightChunk] = await Promise.all([leftFile.next(), rightFile.next()]);
      if (leftChunk.done === true || rightChunk.done === true)
        return leftChunk.done === rightChunk.done ? hash.digest('hex') : undefined;
      if (!leftChunk.value.equals(rightChunk.value)) return undefined;
      hash.update(leftChunk.value);
    }
  } finally {
    await Promise.all([leftFile.return(undefined), rightFile.return(undefined)]);
  }
}
