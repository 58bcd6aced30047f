import type { TokenRecord } from '../../identity/tokens.js';

export type TokenState = 'usable' | 'expired' | 'revoked';

/** Returns whether a token can be used. */
export function stateOf({ revokedAt, expiresAt }: TokenRecord, now: Date): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'usable';
}
