/** What the OIDC token of a CI job says, in the same terms for every provider. */
export interface CiJob {
  readonly repository: string;
  /** The number that the provider gives a repository. Unlike the name, it cannot be taken over after a deletion or rename. */
  readonly repositoryId: string | undefined;
  /** What started the job, in the words of the provider: `push`, `pull_request`, `merge_request_event`. */
  readonly event: string;
  readonly ref: string;
  readonly isProtected: boolean;
  /** The path of the workflow file in the repository. Undefined if it comes from another repository. */
  readonly workflow: string | undefined;
  readonly pullRequest: number | undefined;
  readonly run: string | undefined;
  readonly commit: string | undefined;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Returns the job of a GitHub Actions token.
 * https://docs.github.com/actions/reference/security/oidc: `ref_protected` is a string. `pull_request` has the ref
 * `refs/pull/<n>/merge`, but `refs/heads/<base>` when it is closed, as if it were a push.
 */
export function githubJob(claims: Claims): CiJob {
  const repository = textOf(claims, 'repository');
  const ref = textOf(claims, 'ref');
  const [, owner, path] = /^([^/]+\/[^/]+)\/(.+)@[^@]*$/.exec(textOf(claims, 'workflow_ref')) ?? [];
  return {
    repository,
    repositoryId: optional(claims, 'repository_id'),
    event: textOf(claims, 'event_name'),
    ref,
    isProtected: isTrue(claims.ref_protected),
    workflow: owner === repository ? path : undefined,
    pullRequest: numberOf(/^refs\/pull\/(\d+)\//.exec(ref)?.[1]),
    run: optional(claims, 'run_id'),
    commit: optional(claims, 'sha'),
  };
}

/**
 * Returns the job of a GitLab CI token. https://docs.gitlab.com/ci/secrets/id_token_authentication: `ref` is a name without
 * `refs/heads/`, and `ref_type` is `branch` or `tag`.
 */
export function gitlabJob(claims: Claims): CiJob {
  const repository = textOf(claims, 'project_path');
  const [, host, path] = /^([^/]+\/.+?)\/\/(.+)@[^@]*$/.exec(textOf(claims, 'ci_config_ref_uri')) ?? [];
  return {
    repository,
    repositoryId: optional(claims, 'project_id'),
    event: textOf(claims, 'pipeline_source'),
    ref: `refs/${claims.ref_type === 'tag' ? 'tags' : 'heads'}/${textOf(claims, 'ref')}`,
    isProtected: isTrue(claims.ref_protected),
    workflow: host?.endsWith(`/${repository}`) === true ? path : undefined,
    pullRequest: undefined,
    run: optional(claims, 'pipeline_id'),
    commit: optional(claims, 'sha'),
  };
}

function textOf(claims: Claims, name: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
}

function optional(claims: Claims, name: string): string | undefined {
  const value = claims[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isTrue(value: unknown): boolean {
  return value === 'true' || value === true;
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
