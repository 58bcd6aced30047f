import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { compilersPath, objectKey, protocolAnswer } from '../cache/compiler-objects.js';
import { hasEntry, storeEntry } from '../cache/entries.js';
import { TooLarge } from '../storage/blob-store.js';
import { authorize, refuse } from './authorize.js';
import type { Context } from './context.js';
import { sendEntry } from './send-entry.js';

/**
 * The objects of compilers, as sccache uses WebDAV: GET and PUT for objects, PROPFIND and MKCOL for folders. Trouble of the
 * server is a miss, or an object that is not stored. sccache would repeat a request that is answered with 5xx, and does not
 * start if it cannot read.
 */
export function compilerRoutes(app: FastifyInstance, context: Context): void {
  const { config, database, blobs, collector, usage, metrics } = context;
  const url = `${compilersPath}*`;
  // OpenAPI has no WebDAV.
  const schema = { hide: true };
  app.addHttpMethod('PROPFIND', { hasBody: true });
  app.addHttpMethod('MKCOL', { hasBody: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  app.setErrorHandler(async (error, request, reply) => {
    request.log.error({ err: error }, 'the cache cannot serve a compiler');
    count(request.method, 'failed');
    const isWrite = request.method === 'PUT';
    return reply.code(isWrite ? 403 : 404).send();
  });

  app.get(url, { schema }, async (request, reply) => {
    const principal = await authorize(database, request, reply, 'cache:read');
    if (principal === undefined) return reply;
    return sendEntry(context, principal, { hash: objectKey(request.url) }, request, reply);
  });

  app.put(url, { schema }, async (request, reply) => {
    const principal = await authorize(database, request, reply, 'cache:write');
    if (principal === undefined) return unread(request, reply);
    const known = protocolAnswer('PUT', request.url, principal.trustClass);
    if (known?.status === 403) {
      await refuseObject(request, reply, `${principal.trustClass} may only read objects of compilers`);
      return unread(request, reply);
    }
    if (known !== undefined) return unread(request, reply.code(known.status).send());
    const hash = objectKey(request.url);
    if (hash === undefined) {
      await refuseObject(request, reply, 'the path is no name of an object');
      return unread(request, reply);
    }
    // What is there stays, and no compiler has to know.
    const exists = () => {
      count('PUT', 'exists');
      return unread(request, reply.code(204).send());
    };
    if (await hasEntry(database, principal, hash)) return exists();
    const content = await receive(request, reply);
    if (content === undefined) return reply;
    try {
      if (!(await storeEntry(database, principal, { hash }, content))) return await exists();
    } finally {
      await content.discard();
    }
    collector.stored(principal.workspace, principal.trustClass, content.size);
    usage.count(principal, undefined, { writes: 1, writtenBytes: content.size });
    count('PUT', 'stored');
    metrics.bytes.inc({ direction: 'received' }, content.size);
    return reply.code(201).send();
  });

  app.route({
    method: ['PROPFIND', 'MKCOL'],
    url,
    schema,
    handler: async (request, reply) => {
      const principal = await authorize(database, request, reply, 'cache:read');
      if (principal === undefined) return unread(request, reply);
      const { status = 404, body } = protocolAnswer(request.method, request.url, principal.trustClass) ?? {};
      return unread(request, reply.code(status).type('application/xml; charset=utf-8').send(body));
    },
  });

  async function receive(request: FastifyRequest, reply: FastifyReply) {
    try {
      const deadline = AbortSignal.timeout(config.requestSeconds * 1000);
      return await blobs.receive(request.raw, config.maxEntryBytes, deadline);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      await refuseObject(request, reply, `it has ${error.message}`);
      return undefined;
    }
  }

  async function refuseObject(request: FastifyRequest, reply: FastifyReply, message: string) {
    count('PUT', 'refused');
    request.log.warn({ problem: message }, 'an object is refused');
    const help = 'let sccache only read: SCCACHE_WEBDAV_RW_MODE=READ_ONLY';
    await refuse(reply, 403, { code: 'CACHE_ENTRY_REFUSED', message, help });
  }

  function count(method: string, result: string): void {
    metrics.requests.inc({ method, result });
  }
}

/** Reads the rest of a request whose body is not wanted, so that the client gets to the answer. */
function unread(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.raw.resume();
  return reply;
}
