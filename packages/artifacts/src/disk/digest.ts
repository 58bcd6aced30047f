import { createHash } from 'node:crypto';
import { scanRegularFile } from '@millwright/toolkit/core';

/**
 * Returns the sha256 of a file in lower-case hexadecimal.
 * @throws Error if it is not a regular file or cannot be read
 */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of scanRegularFile(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Returns the sha256 of two files with equal content. Returns undefined at the first difference. */
export async function commonSha256(left: string, right: string): Promise<string | undefined> {
  const [leftFile, rightFile] = [left, right].map((path) => scanRegularFile(path)) as [
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
