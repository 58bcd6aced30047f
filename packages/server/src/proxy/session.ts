import { type Environment, MillwrightError } from '@millwright/toolkit/core';
import { serverError } from '../errors.js';
import type { TrustClass } from '../identity/trust-class.js';

/** A connection to a server: who this job is there, and how the entries that it gets are verified. */
export interface Session {
  /** Without a slash at its end. */
  readonly server: string;
  readonly token: string;
  readonly workspace: string;
  readonly trustClass: TrustClass;
  /** Base64 of the DER form of the Ed25519 key with which the server signs entries. */
  readonly publicKey: string;
  /** Whether the token may write. */
  readonly canWrite: boolean;
  /** When the session should be opened again, in milliseconds since 1970; undefined if never. */
  readonly renewAt: number | undefined;
}

export interface SessionRequest {
  readonly server: string;
  /** Required for a CI job. A token has its own workspace. */
  readonly workspace: string | undefined;
  readonly milliseconds: number;
}

const audience = 'millwright';
/** The part of the lifetime of a token after which it is renewed. */
const renewedPart = 0.8;

/**
 * Identifies this job to the server: with the OIDC token of GitHub Actions or of MILLWRIGHT_ID_TOKEN, or with a token of the
 * server in NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN.
 * @throws MillwrightError CACHE_UNAVAILABLE with the reason
 */
export async function openSession(request: SessionRequest, env: Environment): Promise<Session> {
  const server = request.server.replace(/\/+$/, '');
  const ask = async <Name extends string>(url: string, init: RequestInit, names: readonly Name[]) => {
    const answer = await askJson(url, init, request.milliseconds);
    if (hasTexts(answer, names)) return answer;
    throw unavailable(`${new URL(url).host} answers something else than a Millwright server`);
  };
  const token = env.NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN;
  if (token !== undefined && token !== '') {
    const headers = { authorization: `Bearer ${token}` };
    const { workspace, scopes, ...identity } = await ask(`${server}/v1/identity`, { headers }, [
      'workspace',
      'trustClass',
      'publicKey',
    ]);
    const canWrite = Array.isArray(scopes) && (scopes.includes('cache:write') || scopes.includes('admin'));
    return { server, token, workspace, canWrite, renewAt: undefined, ...asClass(identity) };
  }
  const { workspace } = request;
  const jobToken = await identityToken(env, (url, headers) => ask(url, { headers }, ['value']));
  if (jobToken === undefined)
    throw unavailable(
      'there is no token and no identity of a CI job',
      'set NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN, or give the job an OIDC token: id-token: write',
    );
  if (workspace === undefined)
    throw unavailable('the name of the workspace is missing', 'add --workspace <name>');
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: jobToken, workspace }),
  };
  const {
    token: own,
    expiresAt,
    ...identity
  } = await ask(`${server}/v1/identity/exchange`, init, ['token', 'trustClass', 'publicKey', 'expiresAt']);
  const now = Date.now();
  const renewAt = now + renewedPart * (Date.parse(expiresAt) - now);
  return { server, workspace, token: own, canWrite: true, renewAt, ...asClass(identity) };
}

/** https://docs.github.com/actions/reference/security/oidc; GitLab puts the token of `id_tokens` into a variable. */
async function identityToken(
  env: Environment,
  ask: (url: string, headers: Record<string, string>) => Promise<{ readonly value: string }>,
): Promise<string | undefined> {
  if (env.MILLWRIGHT_ID_TOKEN !== undefined && env.MILLWRIGHT_ID_TOKEN !== '') return env.MILLWRIGHT_ID_TOKEN;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = env;
  if (url === undefined || bearer === undefined) return undefined;
  const withAudience = new URL(url);
  withAudience.searchParams.set('audience', audience);
  return (await ask(withAudience.href, { authorization: `Bearer ${bearer}` })).value;
}

/** Without zod, whose load would double the time before Nx starts. */
function hasTexts<Name extends string>(
  value: unknown,
  names: readonly Name[],
): value is Readonly<Record<Name, string>> & { readonly scopes?: unknown } {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  return names.every((name) => typeof fields[name] === 'string' && fields[name] !== '');
}

async function askJson(url: string, init: RequestInit, milliseconds: number): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(milliseconds) });
    text = await response.text();
  } catch (error) {
    throw unavailable(`${url.split('/').slice(0, 3).join('/')} does not answer: ${reasonOf(error)}`);
  }
  const answer = parseJson(text);
  if (response.ok) return answer;
  const { message, help } = (answer ?? {}) as { readonly message?: unknown; readonly help?: unknown };
  throw unavailable(
    typeof message === 'string' ? message : `${new URL(url).host} answers ${response.status}`,
    typeof help === 'string' ? help : undefined,
  );
}

/** OpenSSL's codes for the certificate of an authority that Node does not know. */
const unknownAuthority = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
];

/** Returns why a request failed. `fetch` puts the reason into the cause. */
export function reasonOf(error: unknown): string {
  if (error instanceof MillwrightError) return error.why;
  const { cause, name } = error as Error;
  if (name === 'TimeoutError') return 'it took too long';
  if (cause instanceof Error && cause.message !== '')
    return unknownAuthority.includes((cause as NodeJS.ErrnoException).code ?? '')
      ? `${cause.message}; set NODE_EXTRA_CA_CERTS to the file with the certificate of your authority`
      : cause.message;
  return error instanceof Error ? error.message : String(error);
}

/** Returns undefined for text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asClass({ trustClass, publicKey }: { readonly trustClass: string; readonly publicKey: string }) {
  return { trustClass: trustClass as TrustClass, publicKey };
}

function unavailable(why: string, remedy?: string): MillwrightError {
  return serverError('CACHE_UNAVAILABLE', {
    what: 'tasks run without the remote cache',
    why,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
