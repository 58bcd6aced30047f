import { createHash } from 'node:crypto';
import type { Descriptor } from '../layout/descriptor.js';
import { failureOf } from './failures.js';
import type { HttpResponse } from './http.js';
import type { RegistryRequest, RegistrySession } from './session.js';

/** How often an answer that breaks off, or an upload, starts over, at most. */
export const transfers = 5;

/** Returns how long to wait before an attempt, in milliseconds. */
export function transferWait(attempt: number): number {
  return 500 * 2 ** attempt;
}

/**
 * Sends a request and reads its answer; again if the connection closes in the middle of it.
 * @param read reads the body; called for each attempt
 * @throws MillwrightError as {@link RegistrySession.request}
 */
export async function readAnswer<Result>(
  session: RegistrySession,
  request: RegistryRequest,
  read: (response: HttpResponse) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const response = await session.request(request);
    try {
      return await read(response);
    } catch (error) {
      response.body.destroy();
      const isBroken = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (!isBroken) throw error;
      if (attempt >= transfers)
        throw await failureOf(session.repository.registry, request.purpose, session.url(''), { error });
      await session.options.sleep(transferWait(attempt));
    }
  }
}

/**
 * Reads a blob, and checks its digest.
 * @param use takes the content; called for each attempt
 * @param wrong returns the error for other content, which it names
 * @throws MillwrightError as {@link RegistrySession.request}, and what `wrong` returns
 */
export async function readBlob(
  session: RegistrySession,
  { digest, size }: Descriptor,
  purpose: string,
  use: (chunks: AsyncIterable<Buffer>) => Promise<void>,
  wrong: (found: string) => Error,
): Promise<void> {
  const request = { method: 'GET', path: `blobs/${digest}`, purpose, expected: [200] } as const;
  await readAnswer(session, request, async ({ body }) => {
    const hash = createHash('sha256');
    let length = 0;
    const hashed = async function* () {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > size) throw wrong(`more than ${size} bytes`);
        hash.update(chunk);
        yield chunk;
      }
    };
    await use(hashed());
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== digest) throw wrong(found);
  });
}
