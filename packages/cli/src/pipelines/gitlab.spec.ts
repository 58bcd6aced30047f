import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { gitlabCi } from './gitlab.js';
import { workspaces } from './workspaces.spec.helper.js';

interface Job {
  readonly stage?: string;
  readonly extends?: string;
  readonly script?: readonly string[];
  readonly before_script?: readonly string[];
  readonly needs?: readonly string[];
  readonly rules?: readonly { readonly if?: string; readonly when?: string }[];
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly environment?: string;
  readonly tags?: readonly string[];
  readonly image?: string;
  readonly [keyword: string]: unknown;
}

const global: ReadonlySet<string> = new Set(['workflow', 'stages', 'default', 'variables']);

/** Keywords of jobs that the files use (GitLab, "CI/CD YAML syntax reference"). */
const keywords: ReadonlySet<string> = new Set([
  ...[
    'after_script',
    'artifacts',
    'before_script',
    'environment',
    'extends',
    'id_tokens',
    'image',
    'interruptible',
  ],
  ...['needs', 'rules', 'script', 'stage', 'tags', 'variables'],
]);

const files = Object.entries(workspaces).map(([name, workspace]) => {
  const text = gitlabCi(workspace);
  const content: unknown = parse(text);
  const { stages } = content as { readonly stages: readonly string[] };
  const parts = Object.entries(content as Readonly<Record<string, Job>>);
  const jobs = Object.fromEntries(parts.filter(([key]) => !global.has(key)));
  return { name, text, stages, jobs };
});

function jobsOf(name: string): Readonly<Record<string, Job>> {
  return files.find((file) => file.name === name)?.jobs ?? {};
}

/**
 * These rules are our own reading of GitLab's reference. GitLab's schema is not part of the repository: `check-jsonschema
 * --builtin-schema vendor.gitlab-ci` validates a generated file with it (see tools.slow.spec.ts).
 */
describe.each(files)('the pipeline of $name', ({ stages, jobs }) => {
  it('has jobs with known keywords, in stages that exist, with a script', () => {
    for (const [name, job] of Object.entries(jobs)) {
      for (const keyword of Object.keys(job)) expect(keywords, `${name}: ${keyword}`).toContain(keyword);
      const base = job.extends === undefined ? {} : jobs[job.extends];
      expect(base, name).toBeDefined();
      const complete = { ...base, ...job };
      expect(stages, name).toContain(complete.stage);
      expect(complete.script?.length, name).toBeGreaterThan(0);
      for (const command of [...(complete.script ?? []), ...(complete.before_script ?? [])])
        expect(command).toBeTypeOf('string');
    }
  });

  it('needs only jobs of earlier stages', () => {
    for (const job of Object.values(jobs))
      for (const needed of job.needs ?? []) {
        expect(jobs).toHaveProperty([needed]);
        expect(stages.indexOf(jobs[needed]?.stage ?? '')).toBeLessThan(stages.indexOf(job.stage ?? ''));
      }
  });

  it('publishes only on tags, from jobs that run no code of dependencies', () => {
    for (const job of Object.values(jobs)) {
      if (job.stage !== 'release') continue;
      expect(job.rules).toEqual([{ if: '$CI_COMMIT_TAG =~ /^v.*$/' }]);
      expect(job.environment).toBe('release');
      expect(job.before_script?.join('\n')).toMatch(/--ignore-scripts|--mode=skip-build/);
      for (const line of (job.script ?? []).join('\n').split('\n'))
        if (line.includes(' nx run-many'))
          expect(line).toContain('--exclude-task-dependencies --skip-nx-cache');
    }
  });
});

it('merge requests run what they affect, and the job does nothing if that is nothing', () => {
  const script = jobsOf('a Go program for Linux')['.run']?.script;
  expect(script).toEqual([
    `if [ -n "\${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}" ]; then
  npx nx affected --targets=build,test --base="$CI_MERGE_REQUEST_DIFF_BASE_SHA" --head=HEAD --graph=/tmp/tasks.json
else
  npx nx run-many --targets=build,test --graph=/tmp/tasks.json
fi
npx millwright ci matrix "/tmp/tasks.json" --targets build,test --job "$CI_JOB_NAME" > /tmp/arguments
if [ -s /tmp/arguments ]; then
  tr '\\n' '\\0' < /tmp/arguments | xargs -0 npx nx run-many
else
  echo "This change affects nothing in this job."
fi`,
  ]);
});

it('only jobs that use the remote cache have an identity for it', () => {
  expect(jobsOf('a crate for three systems, with a cache')['.run']?.id_tokens).toEqual({
    MILLWRIGHT_ID_TOKEN: { aud: 'millwright' },
  });
  expect(jobsOf('a Go program for Linux')['.run']?.id_tokens).toBeUndefined();
  const { release } = jobsOf('archives signed without a key, with pnpm');
  expect(release?.id_tokens).toEqual({ SIGSTORE_ID_TOKEN: { aud: 'sigstore' } });
});

it('platforms that Linux cannot link have a machine of their own, except Windows', () => {
  const name = 'a crate for three systems, with a cache';
  const jobs = jobsOf(name);
  expect(Object.keys(jobs)).toEqual([
    ...['.run', 'build-linux', 'build-macos'],
    ...['release-build-linux', 'release-build-macos', 'release'],
  ]);
  expect(jobs['build-macos']?.tags).toEqual(['saas-macos-medium-m1']);
  expect(files.find((file) => file.name === name)?.text).toContain('Microsoft’s linker are left out');
});
