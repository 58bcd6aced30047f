import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database/database.js';
import { authenticate, type Principal, type Scope } from '../identity/tokens.js';

/** The answer to a request that is refused: a code, the reason and what to do. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/**
 * Returns the holder of the bearer token of a request. Answers 401 for an unknown token and 403 for a missing scope, and
 * returns undefined then.
 */
export async function authorize(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  scope: Scope,
): Promise<Principal | undefined> {
  const [, token] = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(request.headers.authorization ?? '') ?? [];
  const principal = token === undefined ? undefined : await authenticate(database, token);
  if (principal === undefined) {
    request.log.warn(
      { scope, reason: token === undefined ? 'no token' : 'unknown token' },
      'a request is refused',
    );
    await refuse(reply, 401, {
      code: 'TOKEN_REFUSED',
      message:
        token === undefined ? 'the request has no bearer token' : 'the token is unknown, expired or revoked',
      help: 'create a token with `millwright token create`, and set NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN',
    });
    return undefined;
  }
  if (principal.scopes.includes(scope) || principal.scopes.includes('admin')) return principal;
  const { tokenId, name, workspace, trustClass } = principal;
  request.log.warn(
    { tokenId, name, workspace, trustClass, scope, reason: 'no scope' },
    'a request is refused',
  );
  await refuse(reply, 403, {
    code: 'TOKEN_REFUSED',
    message: `the token ${JSON.stringify(principal.name)} does not have the scope ${scope}`,
    help: `create a token with the scope: millwright token create --scope ${scope}`,
  });
  return undefined;
}

/** Refuses a request with JSON. Nx shows the text of a 401 only if its type is exactly `text/plain`. */
export async function refuse(reply: FastifyReply, status: number, refusal: Refusal): Promise<void> {
  if (status === 401 && reply.request.url.startsWith('/v1/cache/'))
    await reply
      .code(status)
      .header('content-type', 'text/plain')
      .send(Buffer.from(`${refusal.message}; ${refusal.help}`));
  else await reply.code(status).send(refusal);
}
