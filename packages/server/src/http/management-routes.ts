import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { describeEntries, revokeEntries, statistics } from '../cache/entries.js';
import { createToken, listTokens, revokeToken, scopes } from '../identity/tokens.js';
import { parseTrustClass, type TrustClass, trustClassForm } from '../identity/trust-class.js';
import { authorize, refuse } from './authorize.js';
import type { Context } from './context.js';

const workspace = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/)
  .max(200);
const expectedClass = 'expected trusted, branch:<ref>, pr:<number> or dev:<user>';
const trustClass = z
  .string()
  .regex(trustClassForm, expectedClass)
  .refine((text): text is TrustClass => parseTrustClass(text) !== undefined, expectedClass);
/** PostgreSQL stores no NUL, and control characters have no place in a list. */
const plainText = z.string().regex(/^\P{Cc}+$/u, 'expected text without control characters');
const secondsPerDay = 86_400;

const tokenBody = z.strictObject({
  name: plainText.max(200),
  workspace,
  trustClass,
  scopes: z.array(z.enum(scopes)).min(1),
  days: z.number().positive().max(3650).optional(),
});
const revocationBody = z
  .strictObject({
    workspace,
    hash: plainText.optional(),
    run: plainText.optional(),
    trustClass: plainText.optional(),
  })
  .refine(
    ({ hash, run, trustClass: named }) => (hash ?? run ?? named) !== undefined,
    'expected hash, run or trustClass',
  )
  // The same, in the OpenAPI document.
  .meta({ minProperties: 2 });

/** Tokens, and what the cache holds: for administrators, and the own workspace for every token. */
export function managementRoutes(app: FastifyInstance, { database }: Context): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post('/v1/tokens', { schema: { body: tokenBody } }, async (request, reply) => {
    const by = await authorize(database, request, reply, 'admin');
    if (by === undefined) return reply;
    const { days, ...token } = request.body;
    const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * secondsPerDay * 1000);
    const created = await createToken(database, { ...token, expiresAt });
    request.log.info({ by: by.tokenId, tokenId: created.id, ...token, expiresAt }, 'a token is created');
    return reply.code(201).send(created);
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
      if (await revokeToken(database, id)) {
        request.log.info({ by: by.tokenId, tokenId: id }, 'a token is revoked');
        return reply.code(204).send();
      }
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
    {
      schema: {
        params: z.object({ hash: plainText }),
        querystring: z.object({ workspace: workspace.optional() }),
      },
    },
    async (request, reply) => {
      const principal = await authorize(database, request, reply, 'cache:read');
      if (principal === undefined) return reply;
      const own = principal.scopes.includes('admin') ? request.query.workspace : undefined;
      return reply.send(await describeEntries(database, own ?? principal.workspace, request.params.hash));
    },
  );

  routes.post('/v1/cache-revocations', { schema: { body: revocationBody } }, async (request, reply) => {
    const by = await authorize(database, request, reply, 'admin');
    if (by === undefined) return reply;
    const { workspace: of, ...which } = request.body;
    const revoked = await revokeEntries(database, of, which);
    request.log.info({ by: by.tokenId, workspace: of, ...which, revoked }, 'entries are revoked');
    return reply.send({ revoked });
  });

  routes.get(
    '/v1/cache-statistics',
    { schema: { querystring: z.object({ workspace: workspace.optional() }) } },
    async (request, reply) => {
      const principal = await authorize(database, request, reply, 'cache:read');
      if (principal === undefined) return reply;
      const own = principal.scopes.includes('admin') ? request.query.workspace : undefined;
      return reply.send(await statistics(database, own ?? principal.workspace));
    },
  );
}
