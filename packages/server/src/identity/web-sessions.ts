import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.js';
import { findHolder, type Principal } from './tokens.js';

/** People log in again each working day. */
export const sessionHours = 12;

/**
 * Begins a session of somebody who has shown a token. The browser keeps a random secret instead of the token, and the session
 * ends with the token.
 * @returns the secret
 */
export async function beginSession(database: Database, tokenId: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await database.query('delete from web_sessions where expires_at < now()', []);
  await database.query(
    "insert into web_sessions (digest, token_id, expires_at) values ($1, $2, now() + interval '1 hour' * $3)",
    [digestOf(secret), tokenId, sessionHours],
  );
  return secret;
}

/** Returns who a session belongs to, or undefined if it or its token is unknown, expired or revoked. */
export async function sessionHolder(database: Database, secret: string): Promise<Principal | undefined> {
  return findHolder(
    database,
    'id = (select token_id from web_sessions where digest = $1 and expires_at > now())',
    digestOf(secret),
  );
}

export async function endSession(database: Database, secret: string): Promise<void> {
  await database.query('delete from web_sessions where digest = $1', [digestOf(secret)]);
}

/** Returns the text that each form of a session carries, which no other site knows. */
export function formKey(secret: string): string {
  return createHash('sha256').update(`form ${secret}`).digest('base64url');
}

/** Whether a form was made for a session. */
export function isFormKey(secret: string, text: string): boolean {
  const [expected, given] = [Buffer.from(formKey(secret)), Buffer.from(text)];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
