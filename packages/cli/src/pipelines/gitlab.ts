import { shellWord } from '@millwright/toolkit/core';
import { gitlabReleaseJobs } from './gitlab-release.js';
import { runJobScript, setup } from './gitlab-scripts.js';
import { nxWithCache } from './scripts.js';
import type { Workspace } from './workspace.js';
import { yamlOf } from './yaml.js';

/**
 * Returns `.gitlab-ci.yml`: one job for the checks, and one for each system that builds require; on tags, a release. The jobs
 * are fixed, and each asks the graph for its part: GitLab has no matrix that a job computes, and jobs of a child pipeline have
 * no `ci_config_ref_uri` in their identity, by which the remote cache knows the file that it trusts.
 */
export function gitlabCi(workspace: Workspace): string {
  const { branch, targets, cache, release, submodules, jobs } = workspace;
  const isTag = tagCondition(workspace.tags);
  const content = {
    workflow: {
      rules: [
        { if: '$CI_PIPELINE_SOURCE == "merge_request_event"' },
        { if: `$CI_COMMIT_BRANCH == ${JSON.stringify(branch)}` },
        ...(release === undefined ? [] : [{ if: isTag }]),
      ],
    },
    stages: ['run', ...(release === undefined ? [] : ['build', 'release'])],
    default: { image: 'node:24-trixie' },
    variables: { GIT_DEPTH: '0', ...(submodules ? { GIT_SUBMODULE_STRATEGY: 'recursive' } : {}) },
    '.run': {
      stage: 'run',
      interruptible: true,
      rules: [{ if: '$CI_COMMIT_TAG', when: 'never' }, { when: 'on_success' }],
      ...(cache === undefined ? {} : { id_tokens: { MILLWRIGHT_ID_TOKEN: { aud: 'millwright' } } }),
      script: [
        runJobScript(workspace, {
          targets: shellWord(targets.join(',')),
          job: '$CI_JOB_NAME',
          nx: `${nxWithCache(workspace)} run-many`,
          isAffected: true,
        }),
      ],
    },
    ...Object.fromEntries(
      jobs.flatMap((job) =>
        job.system === 'windows'
          ? []
          : [[job.name, { extends: '.run', ...machines[job.system], before_script: setup(workspace, job) }]],
      ),
    ),
    ...(release === undefined ? {} : gitlabReleaseJobs(workspace, release, isTag, machines)),
  };
  return yamlOf(content, [
    'Merge requests run what they affect. The default branch runs everything, and Nx restores what did not change.',
    ...(jobs.some(({ system }) => system === 'windows')
      ? [
          'Builds that require Microsoft’s linker are left out: the runners of GitLab for Windows have no bash.',
        ]
      : []),
  ]);
}

/** Where jobs run; Linux is the default. The names are those of the hosted runners of gitlab.com. */
const machines = {
  linux: {},
  macos: { tags: ['saas-macos-medium-m1'], image: 'macos-15-xcode-16' },
} as const;

/** Returns the condition of rules for tags that match a pattern with `*`. */
function tagCondition(pattern: string): string {
  const expression = pattern.replaceAll(/[.+/]/g, '\\$&').replaceAll('*', '.*');
  return `$CI_COMMIT_TAG =~ /^${expression}$/`;
}
