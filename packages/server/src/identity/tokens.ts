import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';
import type { TrustClass } from './trust-class.js';

export const scopes = ['admin', 'cache:read', 'cache:write'] as const;
export type Scope = (typeof scopes)[number];

/** The workspace of the first administrator. No workspace has this name. */
export const allWorkspaces = '*';

/** Whoever sends a request, as its token says. */
export interface Principal {
  readonly tokenId: string;
  readonly name: string;
  readonly workspace: string;
  readonly trustClass: TrustClass;
  readonly scopes: readonly Scope[];
}

/** A token to create. */
export interface TokenRequest {
  readonly name: string;
  readonly workspace: string;
  readonly trustClass: TrustClass;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | undefined;
  /** The CI run and commit that it was issued to. */
  readonly run?: string | undefined;
  readonly commit?: string | undefined;
}

/** What is known of a token. The token itself is shown once, when it is created. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly trustClass: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const recordColumns = `id, name, workspace, trust_class as "trustClass", scopes, created_at as "createdAt",
  expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

/** The prefix lets scanners for leaked secrets find the tokens. */
const prefix = 'mwt_';
const tokenForm = /^mwt_[\w-]{43}$/;

/** Creates a token of 256 random bits. Only its digest is stored. */
export async function createToken(
  database: Pick<Database, 'query'>,
  request: TokenRequest,
): Promise<{ readonly id: string; readonly token: string }> {
  const token = prefix + randomBytes(32).toString('base64url');
  const id = randomUUID();
  await database.query(
    `insert into tokens (id, digest, name, workspace, trust_class, scopes, run, commit_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      digestOf(token),
      request.name,
      request.workspace,
      request.trustClass,
      request.scopes,
      request.run ?? null,
      request.commit ?? null,
      request.expiresAt ?? null,
    ],
  );
  return { id, token };
}

/**
 * Returns the holder of a token, or undefined if it is unknown, expired or revoked. It is found by its digest, so the time
 * says nothing about the token. The time of its use is recorded once a minute, so that jobs with one token do not wait for
 * each other.
 */
export async function authenticate(database: Database, token: string): Promise<Principal | undefined> {
  return tokenForm.test(token) ? findHolder(database, 'digest = $1', digestOf(token)) : undefined;
}

/**
 * Returns the holder of the token that a condition on `$1` finds, as `authenticate` does.
 * @param condition SQL, never the text of a request
 */
export async function findHolder(
  database: Database,
  condition: string,
  value: string,
): Promise<Principal | undefined> {
  const [row] = await database.query<Principal>(
    `with found as (
       select * from tokens
       where ${condition} and revoked_at is null and (expires_at is null or expires_at > now())
     ), used as (
       update tokens t set last_used_at = now() from found
       where t.id = found.id and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute')
     )
     select id as "tokenId", name, workspace, trust_class as "trustClass", scopes from found`,
    [value],
  );
  return row;
}

/** Returns the tokens of a workspace, or of all. */
export async function listTokens(database: Database, workspace?: string): Promise<TokenRecord[]> {
  return database.query<TokenRecord>(
    `select ${recordColumns} from tokens where $1::text is null or workspace = $1 order by created_at, id`,
    [workspace ?? null],
  );
}

/** Which tokens to return. */
export interface TokenSearch {
  readonly workspace?: string | undefined;
  readonly id?: string | undefined;
  /** A name, a class or a CI run, as a whole. */
  readonly text?: string | undefined;
  /** Leaves out those that are expired or revoked. */
  readonly isUsable?: boolean;
  readonly limit: number;
}

/** Returns tokens, the newest first. */
export async function searchTokens(database: Database, search: TokenSearch): Promise<TokenRecord[]> {
  const { workspace, id, text, isUsable = false, limit } = search;
  return database.query<TokenRecord>(
    `select ${recordColumns} from tokens
     where ($1::text is null or workspace = $1) and ($2::text is null or id = $2)
       and ($3::text is null or $3 in (name, trust_class, run))
       and (not $4::boolean or (revoked_at is null and (expires_at is null or expires_at > now())))
     order by created_at desc, id limit $5`,
    [workspace ?? null, id ?? null, text ?? null, isUsable, limit],
  );
}

/** Revokes a token. Returns false if there is none with the id. */
export async function revokeToken(database: Database, id: string): Promise<boolean> {
  const rows = await database.query(
    'update tokens set revoked_at = coalesce(revoked_at, now()) where id = $1 returning id',
    [id],
  );
  return rows.length > 0;
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
