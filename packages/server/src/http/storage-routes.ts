import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { checkStorage } from '../cache/check.js';
import { authorize } from './authorize.js';
import type { Context } from './context.js';

const checkBody = z.strictObject({ repair: z.boolean().default(false) });
/** A line is sent at least this often, so that nobody takes the connection for dead. */
const progressMilliseconds = 2000;

/** Checks of what is stored, for administrators. */
export function storageRoutes(app: FastifyInstance, { database, blobs }: Context): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post('/v1/storage-checks', { schema: { body: checkBody } }, async (request, reply) => {
    if ((await authorize(database, request, reply, 'admin')) === undefined) return reply;
    async function* lines() {
      let sentAt = 0;
      let last: object = { blobs: 0, bytes: 0, findings: [] };
      for await (const progress of checkStorage(database, blobs, request.body.repair)) {
        last = { ...progress, findings: [] };
        for (const finding of progress.findings)
          request.log.error({ finding, repair: request.body.repair }, 'a blob is not as it should be');
        if (progress.findings.length === 0 && Date.now() - sentAt < progressMilliseconds) continue;
        sentAt = Date.now();
        yield `${JSON.stringify(progress)}\n`;
      }
      yield `${JSON.stringify({ ...last, isComplete: true })}\n`;
    }
    return reply.type('application/x-ndjson').send(Readable.from(lines()));
  });
}
