import { openAsBlob } from 'node:fs';
import type { GoObject } from './objects.js';

/** The objects of a proxy (`startProxy`), which verifies what it gets from the server. */
export interface RemoteObjects {
  /** Returns the content of an action, or undefined for a miss. Never rejects. */
  readonly get: (action: string) => Promise<AsyncIterable<Buffer> | undefined>;
  /** Never rejects. */
  readonly put: (action: string, object: GoObject) => Promise<void>;
}

/** How many objects are uploaded at once. Go compiles faster than a slow server stores. */
const uploads = 16;

/** Returns the objects of a proxy. */
export function remoteObjects(url: string, token: string): RemoteObjects {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
  const urlOf = (action: string) => `${url}/v1/compilers/go/${action}`;
  const waiting: (() => void)[] = [];
  let running = 0;
  let mayWrite = true;
  return {
    get: async (action) => {
      try {
        const answer = await fetch(urlOf(action), { headers });
        if (answer.status === 200 && answer.body !== null) return answer.body as AsyncIterable<Buffer>;
        await answer.body?.cancel();
      } catch {
        // The proxy counts and reports trouble.
      }
      return undefined;
    },
    put: async (action, { path }) => {
      if (running >= uploads) await new Promise<void>((resolve) => waiting.push(resolve));
      running += 1;
      try {
        if (!mayWrite) return;
        const answer = await fetch(urlOf(action), { method: 'PUT', headers, body: await openAsBlob(path) });
        await answer.body?.cancel();
        if (answer.status === 403) mayWrite = false;
      } catch {
        // As above.
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
    },
  };
}
