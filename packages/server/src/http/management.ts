import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { revokeEntries, type Revoked } from '../cache/entries.js';
import type { Database } from '../database/database.js';
import { createToken, type Principal, revokeToken, scopes } from '../identity/tokens.js';
import { parseTrustClass, type TrustClass, trustClassForm } from '../identity/trust-class.js';

export const workspace = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/)
  .max(200);
const expectedClass = 'expected trusted, branch:<ref>, pr:<number> or dev:<user>';
const trustClass = z
  .string()
  .regex(trustClassForm, expectedClass)
  .refine((text): text is TrustClass => parseTrustClass(text) !== undefined, expectedClass);
/** PostgreSQL stores no NUL, and control characters have no place in a list. Not every reader of OpenAPI knows `\P{Cc}`. */
export const plainText = z
  .string()
  .regex(/^[ -~\u00a0-\uffff]+$/, 'expected text without control characters');
const secondsPerDay = 86_400;

export const tokenBody = z.strictObject({
  name: plainText.max(200),
  workspace,
  trustClass,
  scopes: z.array(z.enum(scopes)).min(1),
  days: z.number().positive().max(3650).optional(),
});
export const revocationBody = z
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

/** Creates a token, and logs who did it. */
export async function issueToken(
  database: Database,
  by: Principal,
  log: FastifyBaseLogger,
  { days, ...token }: z.output<typeof tokenBody>,
): Promise<{ readonly id: string; readonly token: string }> {
  const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * secondsPerDay * 1000);
  const created = await createToken(database, { ...token, expiresAt });
  log.info({ by: by.tokenId, tokenId: created.id, ...token, expiresAt }, 'a token is created');
  return created;
}

/** Revokes a token, and logs who did it. Returns false if there is none with the id. */
export async function withdrawToken(
  database: Database,
  by: Principal,
  log: FastifyBaseLogger,
  id: string,
): Promise<boolean> {
  const isRevoked = await revokeToken(database, id);
  if (isRevoked) log.info({ by: by.tokenId, tokenId: id }, 'a token is revoked');
  return isRevoked;
}

/** Revokes entries, and logs who did it. */
export async function revoke(
  database: Database,
  by: Principal,
  log: FastifyBaseLogger,
  { workspace: of, dryRun, ...which }: z.output<typeof revocationBody>,
): Promise<Revoked> {
  const revoked = await revokeEntries(database, of, which, dryRun);
  if (!dryRun) log.info({ by: by.tokenId, workspace: of, ...which, ...revoked }, 'entries are revoked');
  return revoked;
}
