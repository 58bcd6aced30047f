import { createRemoteJWKSet, decodeJwt, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Database } from '../database/database.js';
import { issuers, type TrustRule } from '../config/schema.js';
import { decideClass, type Decision } from './decide.js';
import { type CiJob, githubJob, gitlabJob } from './job.js';

/** A CI job whose token was verified, and its class. */
export type Exchange =
  | { readonly accepted: true; readonly job: CiJob; readonly rule: TrustRule; readonly decision: Decision }
  | { readonly accepted: false; readonly reason: string };

const discoveryMilliseconds = 10_000;
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'PS256', 'EdDSA'];
const jobOf = { github: githubJob, gitlab: gitlabJob };

/** Verifies OIDC tokens of CI jobs against the rules of the configuration. Keeps the keys of the issuers. */
export class OidcExchange {
  readonly #keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(
    readonly rules: readonly TrustRule[],
    private readonly database: Pick<Database, 'query'>,
  ) {}

  /** Verifies a token for a workspace, and decides its class. Only issuers of the configuration are ever contacted. */
  async exchange(token: string, workspace: string): Promise<Exchange> {
    let issuer: string | undefined;
    try {
      issuer = decodeJwt(token).iss;
    } catch {
      return refused('the token is not a JSON Web Token');
    }
    const rules = this.rules.filter((rule) => rule.workspace === workspace && issuerOf(rule) === issuer);
    if (rules.length === 0)
      return refused(`no rule of the workspace ${workspace} accepts the issuer ${issuer ?? 'none'}`);
    const reasons: string[] = [];
    for (const rule of rules) {
      const result = await this.#tryRule(token, rule);
      if (result.accepted) return result;
      reasons.push(result.reason);
    }
    return refused([...new Set(reasons)].join('; '));
  }

  async #tryRule(token: string, rule: TrustRule): Promise<Exchange> {
    const issuer = issuerOf(rule);
    try {
      const keys = await this.#keysOf(issuer);
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: rule.audience,
        algorithms,
        requiredClaims: ['exp'],
        clockTolerance: 30,
      });
      const job = jobOf[rule.provider](payload);
      const first =
        rule.repositoryId === undefined && job.repository === rule.repository
          ? await firstRepositoryId(this.database, rule, job)
          : undefined;
      if (first !== undefined && first !== job.repositoryId)
        return refused(
          `the repository ${job.repository} has the ID ${job.repositoryId ?? 'none'}, and had ${first} before; if it was created anew, set repositoryId in its rule`,
        );
      const decision = decideClass(job, rule);
      return decision.trustClass === undefined
        ? refused(decision.reason)
        : { accepted: true, job, rule, decision };
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
  }

  /** https://openid.net/specs/openid-connect-discovery-1_0.html, section 4. */
  #keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.#keys.get(issuer);
    if (known !== undefined) return known;
    const fetched = discover(issuer);
    this.#keys.set(issuer, fetched);
    // A failure is not kept: the issuer may answer the next time.
    fetched.catch(() => this.#keys.delete(issuer));
    return fetched;
  }
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(discoveryMilliseconds),
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const { jwks_uri: keys } = (await response.json()) as { readonly jwks_uri?: string };
  if (keys === undefined) throw new Error(`${url} names no jwks_uri`);
  return createRemoteJWKSet(new URL(keys), { timeoutDuration: discoveryMilliseconds });
}

/**
 * Returns the ID that a repository had when its first job was accepted, and records it for the first one. A name can be taken
 * over after a repository was deleted or renamed; the ID differs then.
 */
async function firstRepositoryId(
  database: Pick<Database, 'query'>,
  rule: TrustRule,
  { repository, repositoryId }: CiJob,
): Promise<string | undefined> {
  const name = `repository-id ${issuerOf(rule)} ${repository}`;
  if (repositoryId !== undefined)
    await database.query('insert into settings (name, value) values ($1, $2) on conflict do nothing', [
      name,
      repositoryId,
    ]);
  const [row] = await database.query<{ value: string }>('select value from settings where name = $1', [name]);
  return row?.value;
}

function issuerOf(rule: TrustRule): string {
  return rule.issuer ?? issuers[rule.provider];
}

function refused(reason: string): Exchange {
  return { accepted: false, reason };
}
