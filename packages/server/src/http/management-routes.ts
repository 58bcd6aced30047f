import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Database } from '../database/database.js';
import { describeEntries, statistics } from '../cache/entries.js';
import { listTokens } from '../identity/tokens.js';
import { authorize, type Readable, readableWorkspace, refuse } from './authorize.js';
import type { Context } from './context.js';
import {
  issueToken,
  plainText,
  revocationBody,
  revoke,
  tokenBody,
  withdrawToken,
  workspace,
} from './management.js';

const ofWorkspace = z.object({ workspace: workspace.optional() });

/** Tokens, and what the cache holds: for administrators, and the own workspace for every token. */
export function managementRoutes(app: FastifyInstance, { config, database }: Context): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post('/v1/tokens', { schema: { body: tokenBody } }, async (request, reply) => {
    const by = await authorize(database, request, reply, 'admin');
    if (by === undefined) return reply;
    return reply.code(201).send(await issueToken(database, by, request.log, request.body));
  });

  routes.get('/v1/tokens', async (request, reply) => {
    if ((await authorize(database, request, reply, 'admin')) === undefined) return reply;
    return reply.send(await listTokens(database));
  });

  routes.delete(
    '/v1/tokens/:id',
    { schema: { params: z.object({ id: plainText }) } },
    async (request, reply) => {
      const by = await authorize(database, request, reply, 'admin');
      if (by === undefined) return reply;
      const { id } = request.params;
      if (await withdrawToken(database, by, request.log, id)) return reply.code(204).send();
      await refuse(reply, 404, {
        code: 'TOKEN_REFUSED',
        message: `no token has the id ${id}`,
        help: 'list the tokens: millwright token list',
      });
      return reply;
    },
  );

  routes.get(
    '/v1/cache-entries/:hash',
    { schema: { params: z.object({ hash: plainText }), querystring: ofWorkspace } },
    async (request, reply) => {
      const reader = await readerOf(database, request, reply, request.query.workspace);
      if (reader === undefined) return reply;
      return reply.send(await describeEntries(database, reader.workspace, request.params.hash));
    },
  );

  routes.post('/v1/cache-revocations', { schema: { body: revocationBody } }, async (request, reply) => {
    const by = await authorize(database, request, reply, 'admin');
    if (by === undefined) return reply;
    return reply.send(await revoke(database, by, request.log, request.body));
  });

  routes.get('/v1/cache-statistics', { schema: { querystring: ofWorkspace } }, async (request, reply) => {
    const reader = await readerOf(database, request, reply, request.query.workspace);
    if (reader === undefined) return reply;
    const classes = await statistics(database, reader.workspace);
    return reply.send({ classes, quotaBytes: config.quotaBytes });
  });
}

/** Returns the workspace that a request may read. Refuses other workspaces, and returns undefined then. */
async function readerOf(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  named: string | undefined,
): Promise<Readable | undefined> {
  const principal = await authorize(database, request, reply, 'cache:read');
  if (principal === undefined) return undefined;
  const readable = readableWorkspace(principal, named);
  if (!('code' in readable)) return readable;
  await refuse(reply, 403, readable);
  return undefined;
}
