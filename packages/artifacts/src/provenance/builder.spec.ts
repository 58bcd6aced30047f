import { expect, it } from 'vitest';
import { builderOf, isCiJob, isSignedInCi } from './builder.js';

const workflow = 'https://github.com/o/r/.github/workflows/ci.yml@refs/heads/main';
const github = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_WORKFLOW_REF: 'o/r/.github/workflows/ci.yml@refs/heads/main',
};

it.each([
  ['a laptop', {}, 'urn:millwright:builder:local'],
  ['a laptop that sets CI to false', { CI: 'false' }, 'urn:millwright:builder:local'],
  ['some CI', { CI: '1' }, 'urn:millwright:builder:ci'],
  ['GitHub Actions', github, workflow],
  [
    'GitLab CI',
    { CI: 'true', GITLAB_CI: 'true', CI_PROJECT_URL: 'https://gitlab.com/o/r' },
    'https://gitlab.com/o/r/-/pipelines',
  ],
  ['a developer with a token', { MILLWRIGHT_TRUST_CLASS: 'dev:ada' }, 'urn:millwright:builder:dev:ada'],
  [
    'a developer who claims to be a CI',
    { ...github, MILLWRIGHT_TRUST_CLASS: 'dev:ada' },
    'urn:millwright:builder:dev:ada',
  ],
  ['a pull request', { ...github, MILLWRIGHT_TRUST_CLASS: 'pr:12' }, 'urn:millwright:builder:pr:12'],
  [
    'a branch with characters that a URN cannot have',
    { CI: '1', MILLWRIGHT_TRUST_CLASS: 'branch:refs/heads/a#b?c' },
    'urn:millwright:builder:branch:refs/heads/a%23b%3Fc',
  ],
  ['a trusted job', { ...github, MILLWRIGHT_TRUST_CLASS: 'trusted' }, workflow],
  [
    'a trusted job of a CI without variables',
    { MILLWRIGHT_TRUST_CLASS: 'trusted' },
    'urn:millwright:builder:ci',
  ],
  ['a job without a server', { CI: '1', MILLWRIGHT_TRUST_CLASS: '' }, 'urn:millwright:builder:ci'],
])('identifies %s', (_, env, id) => {
  expect(builderOf(env)).toBe(id);
});

it.each([
  ['a laptop', {}, false],
  ['a laptop with a token', { MILLWRIGHT_TRUST_CLASS: 'dev:ada' }, false],
  ['a CI with the token of a developer', { CI: '1', MILLWRIGHT_TRUST_CLASS: 'dev:ada' }, true],
  ['a trusted job of a CI without variables', { MILLWRIGHT_TRUST_CLASS: 'trusted' }, true],
  ['a pull request of a CI without variables', { MILLWRIGHT_TRUST_CLASS: 'pr:12' }, true],
])('says whether %s is a CI job', (_, env, isCi) => {
  expect(isCiJob(env)).toBe(isCi);
});

it.each([
  ['a trusted job', 'trusted', workflow, true],
  ['a trusted job', 'trusted', 'urn:millwright:builder:local', false],
  ['a trusted job', 'trusted', 'urn:millwright:builder:dev:ada', false],
  ['a trusted job', 'trusted', 'urn:millwright:builder:pr:12', false],
  ['a trusted job', 'trusted', 'urn:millwright:builder:branch:refs/heads/topic', false],
  ['a pull request', 'pr:12', 'urn:millwright:builder:pr:12', true],
  ['a pull request', 'pr:12', 'urn:millwright:builder:pr:13', false],
  ['a pull request', 'pr:12', workflow, true],
])('%s of class %s signs what %s built: %s', (_, trustClass, builder, isSigned) => {
  expect(isSignedInCi(builder, { ...github, MILLWRIGHT_TRUST_CLASS: trustClass })).toBe(isSigned);
});
