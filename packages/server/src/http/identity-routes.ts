import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { publicKeyOf } from '../identity/signing-key.js';
import { createToken, type Scope } from '../identity/tokens.js';
import { authorize, refuse } from './authorize.js';
import type { Context } from './context.js';

const exchangeBody = z.strictObject({
  token: z.string().min(1).max(20_000),
  workspace: z.string().min(1).max(200),
});
const jobScopes: readonly Scope[] = ['cache:read', 'cache:write'];

/** Who the holder of a token is. */
export function identityRoutes(app: FastifyInstance, { database, key }: Context): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get('/v1/identity', async (request, reply) => {
    const principal = await authorize(database, request, reply, 'cache:read');
    if (principal === undefined) return reply;
    const { name, workspace, trustClass, scopes } = principal;
    return reply.send({ name, workspace, trustClass, scopes, publicKey: publicKeyOf(key) });
  });
}

/** Tokens for CI jobs in exchange for their OIDC token. */
export function exchangeRoutes(
  app: FastifyInstance,
  { config, database, key, oidc, metrics }: Context,
): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post('/v1/identity/exchange', { schema: { body: exchangeBody } }, async (request, reply) => {
    const { token: jobToken, workspace } = request.body;
    const result = await oidc.exchange(jobToken, workspace);
    if (!result.accepted || result.decision.trustClass === undefined) {
      const reason = result.accepted ? result.decision.reason : result.reason;
      request.log.warn({ workspace, reason }, 'the identity of a CI job is refused');
      metrics.identities.inc({ result: 'refused' });
      await refuse(reply, 403, {
        code: 'IDENTITY_REFUSED',
        message: reason,
        help: 'add the repository to `trust` in the configuration of the server',
      });
      return reply;
    }
    const { job, decision } = result;
    request.log.info({ workspace, job, decision }, 'the identity of a CI job is accepted');
    metrics.identities.inc({ result: 'accepted' });
    const expiresAt = new Date(Date.now() + config.tokenMinutes * 60_000);
    const { token } = await createToken(database, {
      name: `${job.repository} ${job.event} ${job.ref}`,
      workspace,
      trustClass: result.decision.trustClass,
      scopes: jobScopes,
      expiresAt,
      run: job.run,
      commit: job.commit,
    });
    return reply.send({
      token,
      expiresAt,
      trustClass: decision.trustClass,
      reason: decision.reason,
      publicKey: publicKeyOf(key),
    });
  });
}
