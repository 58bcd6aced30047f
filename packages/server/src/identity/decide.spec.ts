import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideClass, type TrustPolicy } from './decide.js';
import { eventTable } from './event-table.spec.helper.js';
import { githubJob, gitlabJob } from './job.js';

const github: TrustPolicy = {
  repository: 'acme/shop',
  refs: ['refs/heads/main', 'refs/tags/v*'],
  events: ['push', 'schedule', 'release'],
  workflows: ['.github/workflows/ci.yml'],
  requireProtectedRef: true,
};

/** The claims of a push to main, as GitHub documents them. */
const push = {
  repository: 'acme/shop',
  event_name: 'push',
  ref: 'refs/heads/main',
  ref_protected: 'true',
  workflow_ref: 'acme/shop/.github/workflows/ci.yml@refs/heads/main',
  run_id: '77',
  sha: 'c0ffee',
};

describe('a job of GitHub Actions', () => {
  it.each([
    ['a push to main', {}, 'trusted'],
    ['a schedule on main', { event_name: 'schedule' }, 'trusted'],
    ['a release of a tag', { event_name: 'release', ref: 'refs/tags/v1.2.3' }, 'trusted'],
    ['a push to a branch', { ref: 'refs/heads/topic', ref_protected: 'false' }, 'branch:refs/heads/topic'],
    ['a push to an unprotected main', { ref_protected: 'false' }, 'branch:refs/heads/main'],
    [
      'a push to a branch that is named like the class of an event',
      { ref: 'refs/heads/main@pull_request', ref_protected: 'false' },
      'branch:refs/heads/main@pull_request',
    ],
    ['a tag below another folder', { ref: 'refs/tags/v1/evil' }, 'branch:refs/tags/v1/evil'],
    [
      'a pull request',
      { event_name: 'pull_request', ref: 'refs/pull/12/merge', ref_protected: 'false' },
      'pr:12',
    ],
    [
      'a pull request on a protected merge ref',
      { event_name: 'pull_request', ref: 'refs/pull/12/merge' },
      'pr:12',
    ],
    [
      'a closed pull request, whose ref is main',
      { event_name: 'pull_request' },
      'branch:refs/heads/main:pull_request',
    ],
    [
      'pull_request_target',
      { event_name: 'pull_request_target' },
      'branch:refs/heads/main:pull_request_target',
    ],
    ['workflow_run', { event_name: 'workflow_run' }, 'branch:refs/heads/main:workflow_run'],
    ['issue_comment', { event_name: 'issue_comment' }, 'branch:refs/heads/main:issue_comment'],
    [
      'a merge queue',
      {
        event_name: 'merge_group',
        ref: 'refs/heads/gh-readonly-queue/main/pr-12-abc',
        ref_protected: 'true',
      },
      'branch:refs/heads/gh-readonly-queue/main/pr-12-abc:merge_group',
    ],
    ['a manual run on main', { event_name: 'workflow_dispatch' }, 'branch:refs/heads/main'],
    [
      'another workflow of the repository',
      { workflow_ref: 'acme/shop/.github/workflows/other.yml@refs/heads/main' },
      'branch:refs/heads/main',
    ],
    [
      'a workflow of the same name in another repository',
      { workflow_ref: 'evil/shop/.github/workflows/ci.yml@refs/heads/main' },
      'branch:refs/heads/main',
    ],
    ['a job of another repository', { repository: 'evil/shop' }, undefined],
    ['a repository whose name only begins alike', { repository: 'acme/shop-evil' }, undefined],
    ['a ref with a line break', { ref: 'refs/heads/a\nb', ref_protected: 'false' }, undefined],
    ['a job without claims', { ref: undefined, event_name: undefined, ref_protected: undefined }, undefined],
  ])('that runs for %s', (_, claims, expected) => {
    expect(decideClass(githubJob({ ...push, ...claims }), github).trustClass).toBe(expected);
  });

  it.each(
    eventTable().map(({ title, claims, trustClass }): [string, object, string] => [
      title,
      claims,
      trustClass,
    ]),
  )('gets the class of the README: %s', (_, claims, expected) => {
    const policy = { ...github, refs: ['refs/heads/main'] };
    expect(decideClass(githubJob({ ...push, ...claims }), policy).trustClass).toBe(expected);
  });

  it('is never trusted if one claim of a trusted job is another', () => {
    const policy = { ...github, repositoryId: '74' };
    const trusted = { ...push, repository_id: '74' };
    expect(decideClass(githubJob(trusted), policy).trustClass).toBe('trusted');
    const names = fc.constantFrom('event_name', 'ref', 'ref_protected', 'workflow_ref', 'repository_id');
    const values = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.values(trusted)),
      fc.constantFrom(...eventTable().flatMap(({ claims: { event_name: event, ref } }) => [event, ref])),
      fc.constantFrom(undefined, null, true, 74, ['true'], { ref: 'refs/heads/main' }),
    );
    const alsoTrusted = ['push', 'schedule', 'release', 'refs/tags/v1.2.3', 74, true];
    fc.assert(
      fc.property(names, values, (name, value) => {
        fc.pre(value !== trusted[name] && !alsoTrusted.some((one) => one === value));
        expect(decideClass(githubJob({ ...trusted, [name]: value }), policy).trustClass).not.toBe('trusted');
      }),
    );
  });

  it.each([
    ['the ID of the rule, after it was renamed', { repository_id: '74', repository: 'acme/store' }, true],
    ['another ID under the same name', { repository_id: '75' }, false],
    ['no ID', {}, false],
  ])('is accepted by its ID if the rule has one: %s', (_, claims, isAccepted) => {
    const { trustClass } = decideClass(githubJob({ ...push, ...claims }), { ...github, repositoryId: '74' });
    expect(trustClass !== undefined).toBe(isAccepted);
  });

  it('is told every reason why it is not trusted', () => {
    const job = githubJob({
      ...push,
      event_name: 'pull_request',
      ref: 'refs/pull/3/merge',
      ref_protected: 'false',
    });
    expect(decideClass(job, github).reason).toBe(
      'the event pull_request is not trusted; the ref refs/pull/3/merge is not trusted; the ref refs/pull/3/merge is not protected; it runs for a pull request',
    );
  });
});

describe('a job of GitLab CI', () => {
  const gitlab = { ...github, events: ['push', 'schedule'], workflows: ['.gitlab-ci.yml'] };
  const pipeline = {
    project_path: 'acme/shop',
    pipeline_source: 'push',
    ref: 'main',
    ref_type: 'branch',
    ref_protected: 'true',
    ci_config_ref_uri: 'gitlab.example.com/acme/shop//.gitlab-ci.yml@refs/heads/main',
    pipeline_id: 5,
  };
  it.each([
    ['a push to main', {}, 'trusted'],
    ['a tag named main', { ref_type: 'tag' }, 'branch:refs/tags/main'],
    [
      'a merge request',
      { pipeline_source: 'merge_request_event', ref: 'topic', ref_protected: 'false' },
      'branch:refs/heads/topic:merge_request_event',
    ],
    [
      'a configuration of another project',
      { ci_config_ref_uri: 'gitlab.example.com/evil/acme/shop2//.gitlab-ci.yml@refs/heads/main' },
      'branch:refs/heads/main',
    ],
    ['another project', { project_path: 'acme/other' }, undefined],
  ])('that runs for %s', (_, claims, expected) => {
    expect(decideClass(gitlabJob({ ...pipeline, ...claims }), gitlab).trustClass).toBe(expected);
  });
});
