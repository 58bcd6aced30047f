import { finished, PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hasZodFastifySchemaValidationErrors, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { dropEntry, findEntry, hasEntry, storeEntry } from '../cache/entries.js';
import { inspectEntry } from '../cache/inspect.js';
import { labelOf } from '../cache/task-label.js';
import { signEntry } from '../identity/signing-key.js';
import { TooLarge } from '../storage/blob-store.js';
import { authorize, refuse } from './authorize.js';
import type { Context } from './context.js';

/** Nx's hashes are decimal numbers. Other clients may use hex or base64url. */
const parameters = z.object({ hash: z.string().regex(/^[\w-]{1,128}$/) });

/**
 * Nx's self-hosted cache API (https://nx.dev/docs/guides/tasks--caching/self-hosted-caching) as Nx 24 really accepts it: any
 * other answer than 200 and 404 to GET, or 200, 403 and 409 to PUT, fails a green task. So trouble of the server is a miss,
 * or a result that is not stored; both are counted and logged.
 */
export function cacheRoutes(app: FastifyInstance, context: Context): void {
  const { config, database, blobs, collector, usage, key, metrics } = context;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  // Archives are streamed, whatever type the client names.
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  routes.setErrorHandler(async (error, request, reply) => {
    const isInvalid = hasZodFastifySchemaValidationErrors(error);
    if (!isInvalid) request.log.error({ err: error }, 'the cache cannot serve a request');
    metrics.requests.inc({ method: request.method, result: isInvalid ? 'refused' : 'failed' });
    if (request.method === 'PUT')
      await refuse(reply, 403, {
        code: isInvalid ? 'CACHE_ENTRY_REFUSED' : 'CACHE_UNAVAILABLE',
        message: isInvalid ? 'the hash has characters that no hash has' : 'the server cannot store the entry',
        help: isInvalid ? 'use a hash of letters, digits, - and _' : 'see the log of the server',
      });
    else await reply.code(404).send();
  });

  routes.get('/v1/cache/:hash', { schema: { params: parameters } }, async (request, reply) => {
    const principal = await authorize(database, request, reply, 'cache:read');
    if (principal === undefined) return reply;
    const { hash } = request.params;
    const label = labelOf(request.headers);
    const entry = await findEntry(database, principal, hash);
    const blob = entry && (await blobs.read(entry.digest));
    if (entry === undefined || blob?.size !== entry.size) {
      if (entry !== undefined) {
        blob?.content.destroy();
        request.log.error({ digest: entry.digest }, 'the content of an entry is missing or incomplete');
        await dropEntry(database, principal.workspace, entry, hash);
      }
      metrics.requests.inc({ method: 'GET', result: 'miss' });
      usage.count(principal, label.project, { misses: 1 });
      return reply.code(404).send();
    }
    metrics.requests.inc({ method: 'GET', result: 'hit' });
    metrics.bytes.inc({ direction: 'sent' }, blob.size);
    usage.count(principal, label.project ?? entry.project ?? undefined, { hits: 1, readBytes: blob.size });
    const { digest, trustClass } = entry;
    const signature = signEntry(key, { workspace: principal.workspace, trustClass, hash, digest });
    return reply
      .headers({
        'content-type': 'application/octet-stream',
        'content-length': blob.size,
        'millwright-digest': digest,
        'millwright-trust-class': trustClass,
        'millwright-signature': signature,
      })
      .send(blob.content);
  });

  routes.put('/v1/cache/:hash', { schema: { params: parameters } }, async (request, reply) => {
    const principal = await authorize(database, request, reply, 'cache:write');
    if (principal === undefined) return reply;
    const { hash } = request.params;
    const exists = async () => {
      metrics.requests.inc({ method: 'PUT', result: 'exists' });
      await refuse(reply, 409, {
        code: 'CACHE_ENTRY_EXISTS',
        message: `the class ${principal.trustClass} has an entry for ${hash}`,
        help: 'entries are immutable; an administrator can revoke one: millwright cache revoke',
      });
      return reply;
    };
    const label = labelOf(request.headers);
    if (await hasEntry(database, principal, hash)) return exists();
    const deadline = AbortSignal.timeout(config.requestSeconds * 1000);
    const content = await receive(request, reply, deadline);
    if (content === undefined) return reply;
    try {
      const problem = await inspectEntry(content.path, config.maxUnpackedBytes);
      if (problem !== undefined) return await refuseEntry(request, reply, problem);
      if (!(await storeEntry(database, principal, { hash, ...label }, content))) return await exists();
    } finally {
      await content.discard();
    }
    collector.stored(principal.workspace, principal.trustClass, content.size);
    usage.count(principal, label.project, { writes: 1, writtenBytes: content.size });
    metrics.requests.inc({ method: 'PUT', result: 'stored' });
    metrics.bytes.inc({ direction: 'received' }, content.size);
    return reply.code(200).send();
  });

  async function receive(request: FastifyRequest, reply: FastifyReply, deadline: AbortSignal) {
    // If the content is not wanted, the connection must stay open for the answer: Nx fails a task after a reset.
    // Unlike `pipeline`, `pipe` does not close it.
    const content = request.raw.pipe(new PassThrough());
    finished(request.raw, (error) => {
      if (error != null) content.destroy(error);
    });
    try {
      return await blobs.receive(content, config.maxEntryBytes, deadline);
    } catch (error) {
      if (request.raw.destroyed) throw error;
      request.raw.resume();
      if (error instanceof TooLarge) await refuseEntry(request, reply, `it has ${error.message}`);
      else if (deadline.aborted)
        await refuseEntry(request, reply, `it did not arrive within ${config.requestSeconds} seconds`);
      else throw error;
      return undefined;
    }
  }

  async function refuseEntry(request: FastifyRequest, reply: FastifyReply, problem: string) {
    request.log.warn({ problem }, 'an entry is refused');
    metrics.requests.inc({ method: 'PUT', result: 'refused' });
    await refuse(reply, 403, {
      code: 'CACHE_ENTRY_REFUSED',
      message: problem,
      help: 'Nx writes gzip archives with the members code and terminalOutput; nothing else is stored',
    });
    return reply;
  }
}
