import type { Writable } from 'node:stream';
import type { GoObject, GoObjects } from './objects.js';
import type { RemoteObjects } from './remote.js';
import { type GoRequest, GoRequests } from './requests.js';

/** What a cache program consists of. */
export interface GoCache {
  readonly input: AsyncIterable<Buffer>;
  readonly output: Writable;
  readonly objects: GoObjects;
  /** Undefined without a server. */
  readonly remote: RemoteObjects | undefined;
}

/**
 * Serves the protocol of GOCACHEPROG (cmd/go/internal/cacheprog) until Go closes the cache. Go ends the build if the program
 * ends before, so every trouble with an object is a miss, or an object that is not stored. Go waits for uploads when it closes.
 */
export async function serveGo({ input, output, objects, remote }: GoCache): Promise<void> {
  const requests = new GoRequests(input);
  const running = new Set<Promise<void>>();
  const answer = (fields: object) => output.write(`${JSON.stringify(fields)}\n`);
  const start = (work: Promise<void>) => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  answer({ ID: 0, KnownCommands: ['get', 'put', 'close'] });
  for (;;) {
    const request = await requests.next();
    if (request === undefined) return;
    const { ID, Command } = request;
    if (Command === 'get') start(find(request).then((found) => void answer({ ID, ...found })));
    else if (Command === 'put') answer({ ID, ...(await store(request)) });
    else if (Command === 'close') {
      await Promise.all(running);
      answer({ ID });
      return;
    } else answer({ ID, Err: `unknown command ${Command}` });
  }

  async function find({ ActionID }: GoRequest): Promise<object> {
    const action = hexOf(ActionID);
    try {
      const object = (await objects.find(action)) ?? (await fetchObject(action));
      return object === undefined ? { Miss: true } : found(object);
    } catch {
      return { Miss: true };
    }
  }

  async function fetchObject(action: string): Promise<GoObject | undefined> {
    const content = await remote?.get(action);
    return content && (await objects.store(action, content));
  }

  async function store({ ActionID, OutputID }: GoRequest): Promise<object> {
    const action = hexOf(ActionID);
    try {
      const object = await objects.store(action, requests.body());
      // Readers get the hash of the content as the output, so no other output may be shared.
      if (remote !== undefined && object.output === hexOf(OutputID)) start(remote.put(action, object));
      return { DiskPath: object.path };
    } catch (error) {
      return { Err: error instanceof Error ? error.message : String(error) };
    }
  }
}

function found({ output, size, path, time }: GoObject): object {
  return {
    OutputID: Buffer.from(output, 'hex').toString('base64'),
    Size: size,
    Time: time.toISOString(),
    DiskPath: path,
  };
}

function hexOf(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
