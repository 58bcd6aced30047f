import { artifactError } from '../errors.js';

/** Where an OIDC identity token comes from. */
export type TokenSource =
  | { readonly kind: 'text'; readonly token: string; readonly name: string }
  | { readonly kind: 'github'; readonly url: string; readonly authorization: string };

/** The audience that Fulcio requires. */
const audience = 'sigstore';
const timeoutMilliseconds = 30_000;

/**
 * Finds the identity of a CI job: GitLab's `SIGSTORE_ID_TOKEN`, which any other system can set too, or GitHub's token
 * service.
 * @throws MillwrightError SIGNING_IDENTITY_MISSING, with what the CI system needs
 */
export function tokenSource(env: NodeJS.ProcessEnv): TokenSource {
  const { SIGSTORE_ID_TOKEN: token, ACTIONS_ID_TOKEN_REQUEST_URL: url } = env;
  if (token !== undefined && token !== '') return { kind: 'text', token, name: 'SIGSTORE_ID_TOKEN' };
  const authorization = env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  if (url !== undefined && url !== '' && authorization !== undefined && authorization !== '')
    return { kind: 'github', url, authorization };
  const what = 'there is no identity to sign with';
  if (env.GITHUB_ACTIONS === 'true')
    throw artifactError('SIGNING_IDENTITY_MISSING', {
      what,
      why: 'the job is not allowed to request an identity token',
      remedy: 'give the job the permission `id-token: write`',
    });
  if (env.GITLAB_CI === 'true')
    throw artifactError('SIGNING_IDENTITY_MISSING', {
      what,
      why: 'the job has no variable SIGSTORE_ID_TOKEN',
      remedy: 'add `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }` to the job',
    });
  throw artifactError('SIGNING_IDENTITY_MISSING', {
    what,
    why: 'neither SIGSTORE_ID_TOKEN nor ACTIONS_ID_TOKEN_REQUEST_URL is set',
  });
}

/**
 * Returns an identity token. The token is a secret: no message contains it.
 * @throws MillwrightError SIGNING_IDENTITY_INVALID, SIGNING_SERVICE_FAILED
 */
export async function readToken(source: TokenSource): Promise<string> {
  if (source.kind === 'text') return checkedToken(source.token.trim(), source.name);
  const what = 'GitHub gave no identity token';
  try {
    const url = new URL(source.url);
    url.searchParams.set('audience', audience);
    const response = await fetch(url, {
      headers: { accept: 'application/json', authorization: `Bearer ${source.authorization}` },
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    if (!response.ok) throw new Error(`the service answered ${response.status}`);
    const { value } = (await response.json()) as { readonly value?: unknown };
    if (typeof value !== 'string') throw new Error('the answer has no token');
    return checkedToken(value, 'the token of GitHub');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SIGNING_IDENTITY_INVALID') throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw artifactError('SIGNING_SERVICE_FAILED', { what, why });
  }
}

/** Checks what Fulcio would reject, because its client prints the token in the message. */
function checkedToken(token: string, name: string): string {
  const invalid = (why: string) =>
    artifactError('SIGNING_IDENTITY_INVALID', { what: `${name} cannot be used`, why });
  const parts = token.split('.');
  const claims = parts.length === 3 ? parseClaims(parts[1] ?? '') : undefined;
  if (claims === undefined) throw invalid('it is not a JSON Web Token');
  const { sub, email, email_verified: isVerified, exp } = claims;
  if (typeof sub !== 'string' || sub === '') throw invalid('it names no subject');
  if (email !== undefined && email !== '' && isVerified !== true && isVerified !== 'true')
    throw invalid('its e-mail address is not verified');
  if (typeof exp === 'number' && exp * 1000 <= Date.now())
    throw invalid(`it expired at ${new Date(exp * 1000).toISOString()}`);
  return token;
}

function parseClaims(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null
      ? (claims as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
