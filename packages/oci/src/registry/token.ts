import { ociError } from '../errors.js';
import type { Challenge } from './challenge.js';
import type { Credential } from './credentials.js';
import { type HttpRequest, type Send, textOf } from './http.js';
import { waitBefore } from './retry.js';

export interface TokenRequest {
  /** The URL of the token server. */
  readonly realm: URL;
  /** The challenge with the scheme `bearer`. */
  readonly challenge: Challenge;
  /** `repository:team/app:pull,push` */
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

/** Returns the value of Authorization for a user and password (RFC 7617). */
export function basicAuthorization({ user, password }: Extract<Credential, { user: string }>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Returns the request for a token (distribution, spec/auth/token.md; with a refresh token, oauth.md). */
function tokenRequest({ realm, challenge, scopes, credential }: TokenRequest): HttpRequest {
  const service = challenge.parameters.get('service');
  if (credential !== undefined && 'identityToken' in credential) {
    const form = new URLSearchParams({
      ...(service === undefined ? {} : { service }),
      scope: scopes.join(' '),
      grant_type: 'refresh_token',
      client_id: 'millwright',
      refresh_token: credential.identityToken,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.append('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return {
    method: 'GET',
    url,
    headers: credential === undefined ? {} : { authorization: basicAuthorization(credential) },
  };
}

/**
 * Fetches a token.
 * @throws MillwrightError REGISTRY_LOGIN_REQUIRED, REGISTRY_UNREACHABLE
 */
export async function fetchToken(
  request: TokenRequest,
  send: Send,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<string> {
  const { realm, credential } = request;
  for (let attempt = 1; ; attempt++) {
    const answer = await answerOf(request, send);
    const token = answer.status === 200 ? tokenIn(answer.text) : undefined;
    if (token !== undefined) return token;
    const wait = answer.status === 200 ? undefined : waitBefore(answer, attempt, Math.random(), Date.now());
    if (wait === undefined) {
      const { status, error } = answer;
      const why =
        status === undefined ? `${realm.host}: ${String(error)}` : `${realm.host} answered ${status}`;
      const none = credential === undefined ? ', and no credentials for the registry are configured' : '';
      throw status !== undefined && status < 500
        ? ociError('REGISTRY_LOGIN_REQUIRED', { what: 'the registry issued no token', why: `${why}${none}` })
        : ociError('REGISTRY_UNREACHABLE', { what: 'the registry issued no token', why, cause: error });
    }
    await sleep(wait);
  }
}

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly text: string;
  readonly error?: unknown;
}

async function answerOf(request: TokenRequest, send: Send): Promise<Answer> {
  try {
    const response = await send(tokenRequest(request));
    const text = await textOf(response, 1 << 20);
    return { status: response.status, retryAfter: response.headers['retry-after'], text };
  } catch (error) {
    return { status: undefined, retryAfter: undefined, text: '', error };
  }
}

function tokenIn(text: string): string | undefined {
  try {
    const { token, access_token: other } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const found = [token, other].find((one) => typeof one === 'string' && /^[\x21-\x7e]+$/.test(one));
    return found as string | undefined;
  } catch {
    return undefined;
  }
}
