import type { Environment } from '@millwright/toolkit/core';

/**
 * Returns the identity of this machine as a builder (SLSA v1, "builder.id"): a workflow of GitHub Actions, a project of
 * GitLab CI, another CI, or a developer's machine. Builders that deserve different trust have different identities. Within
 * `millwright cache run`, the server decides by the credential of the run which class it has: only a trusted run is a CI, and
 * every other class is a builder of its own.
 */
export function builderOf(env: Environment): string {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_WORKFLOW_REF, GITLAB_CI, CI_PROJECT_URL } = env;
  const trustClass = trustClassOf(env);
  if (trustClass !== undefined && trustClass !== 'trusted') return classBuilder(trustClass);
  if (GITHUB_ACTIONS === 'true' && GITHUB_SERVER_URL && GITHUB_WORKFLOW_REF)
    return `${GITHUB_SERVER_URL}/${GITHUB_WORKFLOW_REF}`;
  if (GITLAB_CI === 'true' && CI_PROJECT_URL) return `${CI_PROJECT_URL}/-/pipelines`;
  return trustClass === 'trusted' || isCiSet(env) ? ciBuilder : localBuilder;
}

/** The builder of a machine that no CI runs on. Everyone who can log in to it controls its builds. */
export const localBuilder = 'urn:millwright:builder:local';

const ciBuilder = 'urn:millwright:builder:ci';

/** Returns the trust class that the server gave this run; undefined outside `millwright cache run`. */
export function trustClassOf(env: Environment): string | undefined {
  return env.MILLWRIGHT_TRUST_CLASS === '' ? undefined : env.MILLWRIGHT_TRUST_CLASS;
}

/** Whether this is a CI job: by the variables of a CI, or by the trust class. A developer's credential hides no CI. */
export function isCiJob(env: Environment): boolean {
  const builder = builderOf(env);
  return isCiSet(env) || (builder !== localBuilder && !builder.startsWith(classBuilder('dev:')));
}

/** Whether a CI job may sign what a builder built: it is a CI, or the job itself. */
export function isSignedInCi(builder: string, env: Environment): boolean {
  if (builder === builderOf(env)) return true;
  return builder !== localBuilder && !classKinds.some((kind) => builder.startsWith(classBuilder(`${kind}:`)));
}

/** The kinds of trust classes whose jobs are not trusted. */
const classKinds = ['branch', 'pr', 'dev', 'builder'];

/** A ref can contain characters that a URN cannot (RFC 8141). */
function classBuilder(trustClass: string): string {
  const encoded = encodeURIComponent(trustClass).replaceAll('%3A', ':').replaceAll('%2F', '/');
  return `urn:millwright:builder:${encoded}`;
}

function isCiSet({ CI }: Environment): boolean {
  return CI !== undefined && !['', '0', 'false'].includes(CI);
}
