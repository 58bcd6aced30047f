import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database/database.js';
import { allWorkspaces, authenticate, type Principal, type Scope } from '../identity/tokens.js';

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
  const refusal = missingScope(principal, scope);
  if (refusal === undefined) return principal;
  const { tokenId, name, workspace, trustClass } = principal;
  request.log.warn(
    { tokenId, name, workspace, trustClass, scope, reason: 'no scope' },
    'a request is refused',
  );
  await refuse(reply, 403, refusal);
  return undefined;
}

/** Returns why a holder may not do what requires a scope, or undefined if it may. */
export function missingScope({ name, scopes }: Principal, scope: Scope): Refusal | undefined {
  if (scopes.includes(scope) || scopes.includes('admin')) return undefined;
  return {
    code: 'TOKEN_REFUSED',
    message: `the token ${JSON.stringify(name)} does not have the scope ${scope}`,
    help: `create a token with the scope: millwright token create --scope ${scope}`,
  };
}

/** The workspace that a request may read; undefined means all of them. */
export interface Readable {
  readonly workspace: string | undefined;
}

/** Returns what a holder may read: the workspace that the request names, else that of its token. */
export function readableWorkspace(principal: Principal, named: string | undefined): Readable | Refusal {
  const own = principal.workspace === allWorkspaces ? undefined : principal.workspace;
  if (named === undefined || named === own || principal.scopes.includes('admin'))
    return { workspace: named ?? own };
  return {
    code: 'TOKEN_REFUSED',
    message: `the token belongs to the workspace ${principal.workspace}, not to ${named}`,
    help: 'use a token of the workspace, or that of an administrator',
  };
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
