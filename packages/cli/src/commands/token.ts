import { exitCodes, type Result } from '../io/result.js';
import { askServer, type ServerOptions } from '../io/server.js';
import { table, timeOf } from '../io/table.js';

export interface CreateOptions extends ServerOptions {
  readonly workspace: string;
  readonly class: string;
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly days?: number;
}

/** Creates a token, and shows it once. */
export async function create(options: CreateOptions): Promise<Result> {
  const {
    workspace,
    class: trustClass,
    name = trustClass,
    scope = ['cache:read', 'cache:write'],
    days,
  } = options;
  const body = { workspace, trustClass, name, scopes: scope, ...(days === undefined ? {} : { days }) };
  const created = (await askServer(options, 'POST', '/v1/tokens', body)) as {
    readonly id: string;
    readonly token: string;
  };
  return { exitCode: exitCodes.done, text: created.token, data: created };
}

interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly trustClass: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

/** Lists the tokens of a server. */
export async function list(options: ServerOptions): Promise<Result> {
  const tokens = (await askServer(options, 'GET', '/v1/tokens')) as readonly TokenRecord[];
  const rows = tokens.map((token) => {
    const { id, workspace, trustClass, name } = token;
    return [id, workspace, trustClass, name, stateOf(token)];
  });
  return { exitCode: exitCodes.done, text: table(rows), data: { tokens } };
}

/** Revokes a token. */
export async function revoke(id: string, options: ServerOptions): Promise<Result> {
  await askServer(options, 'DELETE', `/v1/tokens/${encodeURIComponent(id)}`);
  return { exitCode: exitCodes.done, text: `revoked ${id}`, data: { revoked: id } };
}

function stateOf({ revokedAt, expiresAt, lastUsedAt }: TokenRecord): string {
  if (revokedAt !== null) return `revoked ${timeOf(revokedAt)}`;
  const end = expiresAt === null ? 'does not expire' : `expires ${timeOf(expiresAt)}`;
  return `${end}, ${lastUsedAt === null ? 'never used' : `last used ${timeOf(lastUsedAt)}`}`;
}
