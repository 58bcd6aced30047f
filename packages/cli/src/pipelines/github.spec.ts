import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actions } from './actions.js';
import { githubCi } from './github-ci.js';
import { githubRelease } from './github-release.js';
import { workspaces } from './workspaces.spec.helper.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly name?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = Object.entries(workspaces)
  .flatMap(([name, workspace]) => [
    { name: `${name}: ci.yml`, text: githubCi(workspace) },
    ...(workspace.release
      ? [{ name: `${name}: release.yml`, text: githubRelease(workspace, workspace.release) }]
      : []),
  ])
  .map((file) => ({ ...file, workflow: parse(file.text) as Workflow }));

const workflow = (name: string) => {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`no workflow ${name}`);
  return found.workflow;
};
const ci = (workspace: string) => workflow(`${workspace}: ci.yml`);
const release = (workspace: string) => workflow(`${workspace}: release.yml`);
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const scripts = (job: Job | undefined) => (job?.steps ?? []).flatMap(({ run }) => run ?? []).join('\n');

describe.each(files)('the workflow of $name', ({ text, workflow }) => {
  it('pins each action to a commit, with its version in a comment', () => {
    const lines = text.split('\n').filter((line) => line.includes('uses:'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('has no expression in a script, which an event could turn into code', () => {
    for (const { run = '' } of stepsOf(workflow)) expect(run).not.toContain('${{');
  });

  it('states the permissions of each job, and gives pull requests nothing to write with', () => {
    const { on, permissions, jobs } = workflow;
    expect(permissions).toEqual({});
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      expect(on).not.toHaveProperty(event);
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined();
      const granted = Object.entries(job.permissions ?? {}).map(([name, access]) => `${name}: ${access}`);
      // id-token gives no access to the repository: the server of the cache decides what the identity may do.
      const allowed = 'pull_request' in on ? ['contents: read', 'id-token: write'] : granted;
      expect(allowed).toEqual(expect.arrayContaining(granted));
    }
  });

  it('leaves no credentials in the checkout', () => {
    for (const step of stepsOf(workflow))
      if (step.uses?.startsWith('actions/checkout@') === true)
        expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  it('runs no code of dependencies in jobs with credentials', () => {
    for (const job of Object.values(workflow.jobs)) {
      const writes = Object.entries(job.permissions ?? {}).some(
        ([name, access]) => access === 'write' && name !== 'id-token',
      );
      const hasSecrets = JSON.stringify(job.steps).includes('${{ secrets.');
      if (!writes && !hasSecrets) continue;
      expect(job.environment).toBe('release');
      const commands = scripts(job);
      expect(commands).toMatch(/--ignore-scripts|--mode=skip-build/);
      for (const line of commands.split('\n'))
        if (line.includes(' nx run-many')) expect(line).toContain('--exclude-task-dependencies');
    }
  });
});

describe('the workflow for changes', () => {
  it('asks the remote cache only if there is one, with the identity of the job', () => {
    const { run } = ci('a crate for three systems, with a cache').jobs;
    expect(run?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(scripts(run)).toContain(
      'npx millwright cache run --server https://cache.example.org --workspace shop -- npx nx run-many --targets="$TARGETS" --projects="$PROJECTS"',
    );
    const without = ci('a Go program for Linux').jobs.run;
    expect(without?.permissions).toEqual({ contents: 'read' });
    expect(scripts(without)).not.toContain('millwright cache');
  });

  it.each([
    ['a Go program for Linux', ['go']],
    ['a crate for three systems, with a cache', ['rust']],
    ['archives signed with a key, and images with attestations', ['rust', "packages != ''"]],
    ['an older glibc and musl, linked by zig', ['rust', 'zig']],
    ['gristmill, with a cache', ['go', 'rust', "packages != ''"]],
  ])('has steps only for what the jobs can need: %s', (name, expected) => {
    const conditions = ci(name).jobs.run?.steps.flatMap((step) => step.if ?? []);
    expect(conditions).toEqual(expected.map((condition) => `matrix.${condition}`));
  });

  it('uses the package manager, the versions and the submodules of the workspace', () => {
    const { steps = [] } = ci('archives signed without a key, with pnpm').jobs.run ?? {};
    expect(steps.flatMap(({ run }) => run ?? []).slice(0, 2)).toEqual([
      'corepack enable pnpm',
      'pnpm install --frozen-lockfile',
    ]);
    expect(steps.find(({ uses }) => uses?.includes('setup-node') === true)?.with).toEqual({
      'node-version-file': '.nvmrc',
      cache: 'pnpm',
    });
    expect(steps[0]?.with).toMatchObject({ submodules: 'recursive' });
  });
});

describe('the workflow of a release', () => {
  it.each([
    ['a crate for three systems, with a cache', ['plan', 'build', 'release']],
    ['archives signed with a key, and images with attestations', ['plan', 'build', 'release', 'images']],
    ['images in two registries, with yarn', ['plan', 'build', 'images']],
  ])('has the jobs that the workspace needs: %s', (name, jobs) => {
    expect(Object.keys(release(name).jobs)).toEqual(jobs);
  });

  it('uses no cache, so that only this run can provide its files', () => {
    for (const { name, text } of files.filter((file) => file.name.endsWith('release.yml'))) {
      expect(text, name).not.toMatch(/cache run|cache: (npm|pnpm|yarn)|cache-dependency-path/);
      for (const line of text.split('\n'))
        if (line.includes(' nx run-many') && !line.includes('--graph='))
          expect(line).toContain('--skip-nx-cache');
    }
  });

  it('signs with the key of a secret, and attests', () => {
    const { jobs } = release('archives signed with a key, and images with attestations');
    const sign = jobs.release?.steps.find(({ name }) => name === 'Sign');
    expect(sign?.env).toEqual({
      MILLWRIGHT_SIGNING_KEY: '${{ secrets.MILLWRIGHT_SIGNING_KEY }}',
      MILLWRIGHT_PASSPHRASE: '${{ secrets.MILLWRIGHT_PASSPHRASE }}',
    });
    expect(sign?.run).toContain('--attest artifacts/linux/amd64/app');
    expect(scripts(jobs.images)).toContain('--projects=app --sign --trustCache');
    expect(jobs.images?.permissions).toEqual({ contents: 'read', packages: 'write' });
  });

  it('signs with the identity of the job if there is no key', () => {
    const { jobs } = release('archives signed without a key, with pnpm');
    expect(jobs.release?.permissions).toEqual({ contents: 'write', 'id-token': 'write' });
    const sign = jobs.release?.steps.find(({ name }) => name === 'Sign');
    expect(sign?.env).toBeUndefined();
    expect(sign?.run).toBe(
      'pnpm exec millwright sign dist --keyless --comment "$GITHUB_REF_NAME" \\\n  --fulcio-url=https://fulcio.example.org',
    );
  });

  it('logs in to each registry for its own images', () => {
    const { jobs } = release('images in two registries, with yarn');
    const pushes = jobs.images?.steps.filter(({ env }) => env?.MILLWRIGHT_REGISTRY !== undefined) ?? [];
    expect(pushes.map(({ env, run }) => [env?.MILLWRIGHT_REGISTRY, run?.split(' ').at(-1)])).toEqual([
      ['registry.example.com:5000', '--projects=tool'],
      ['registry.gitlab.com', '--projects=app'],
    ]);
    expect(jobs.images?.permissions).toEqual({ contents: 'read' });
  });
});

it('only actions of GitHub are used', () => {
  for (const name of Object.keys(actions)) expect(name).toMatch(/^actions\//);
});
