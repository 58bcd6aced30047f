import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Database } from '../database/database.js';
import { describeEntries, revokeEntries, statistics } from '../cache/entries.js';
import {
  allWorkspaces,
  createToken,
  listTokens,
  type Principal,
  revokeToken,
  scopes,
} from '../identity/tokens.js';
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
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ hash, run, trustClass: named }) => (hash ?? run ?? named) !== undefined,
    'expected hash, run or trustClass',
  )
  // The same, in the OpenAPI document.
  .meta({ anyOf: [{ required: ['hash'] }, { required: ['run'] }, { required: ['trustClass'] }] });
const ofWorkspace = z.object({ workspace: workspace.optional() });

/** Tokens, and what the cache holds: for administrators, and the own workspace for every token. */
export function managementRoutes(app: FastifyInstance, { config, database }: Context): void {
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
    const { workspace: of, dryRun, ...which } = request.body;
    const revoked = await revokeEntries(database, of, which, dryRun);
    if (!dryRun)
      request.log.info({ by: by.tokenId, workspace: of, ...which, ...revoked }, 'entries are revoked');
    return reply.send(revoked);
  });

  routes.get('/v1/cache-statistics', { schema: { querystring: ofWorkspace } }, async (request, reply) => {
    const reader = await readerOf(database, request, reply, request.query.workspace);
    if (reader === undefined) return reply;
    const classes = await statistics(database, reader.workspace);
    return reply.send({ classes, quotaBytes: config.quotaBytes });
  });
}

/**
 * Returns the workspace that a request may read: the one that it names, else that of its token. Undefined as the workspace
 * means all of them, for administrators. Refuses other workspaces, and returns undefined then.
 */
async function readerOf(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  named: string | undefined,
): Promise<{ readonly workspace: string | undefined } | undefined> {
  const principal = await authorize(database, request, reply, 'cache:read');
  if (principal === undefined) return undefined;
  const own = principal.workspace === allWorkspaces ? undefined : principal.workspace;
  if (named === undefined || named === own || isAdministrator(principal)) return { workspace: named ?? own };
  await refuse(reply, 403, {
    code: 'TOKEN_REFUSED',
    message: `the token belongs to the workspace ${principal.workspace}, not to ${named}`,
    help: 'use a token of the workspace, or that of an administrator',
  });
  return undefined;
}

const isAdministrator = ({ scopes: own }: Principal) => own.includes('admin');
