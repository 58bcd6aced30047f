import type { Environment } from '@millwright/toolkit/core';

/**
 * Returns the identity of this machine as a builder (SLSA v1, "builder.id"): a workflow of GitHub Actions, a project of
 * GitLab CI, another CI, or a developer's machine. Builders that deserve different trust have different identities.
 */
export function builderOf(env: Environment): string {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_WORKFLOW_REF, GITLAB_CI, CI_PROJECT_URL, CI } = env;
  if (GITHUB_ACTIONS === 'true' && GITHUB_SERVER_URL && GITHUB_WORKFLOW_REF)
    return `${GITHUB_SERVER_URL}/${GITHUB_WORKFLOW_REF}`;
  if (GITLAB_CI === 'true' && CI_PROJECT_URL) return `${CI_PROJECT_URL}/-/pipelines`;
  return CI === undefined || CI === '' || CI === 'false' || CI === '0' ? localBuilder : ciBuilder;
}

/** The builder of a machine that no CI runs on. Everyone who can log in to it controls its builds. */
export const localBuilder = 'urn:millwright:builder:local';

const ciBuilder = 'urn:millwright:builder:ci';
