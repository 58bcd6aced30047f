import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { githubCi } from './github-ci.js';
import { githubRelease } from './github-release.js';
import { gitlabCi } from './gitlab.js';
import { gristmill, taskGraphOf } from '../planning/gristmill.spec.helper.js';
import type { Workspace } from './workspace.js';
import { workspaces } from './workspaces.spec.helper.js';

/**
 * Runs the scripts of generated pipelines with bash, as a runner does. `npx` is a script that starts the real `millwright`;
 * in place of Nx, it notes the command, copies a task graph, and packages a file.
 */
const program = join(import.meta.dirname, '../../dist/cli.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-ci-steps-'));
  mkdirSync(join(folder, 'bin'));
  const change = gristmill.changes.find(({ file }) => file.endsWith('worker/src/main.rs'));
  writeFileSync(join(folder, 'graph.json'), taskGraphOf(change?.tasks ?? {}));
  writeFileSync(
    join(folder, 'bin/npx'),
    `#!/bin/sh
if [ "$1" = millwright ]; then shift; exec node '${program}' "$@"; fi
echo "$*" >> '${folder}/nx.log'
for word in "$@"; do
  case "$word" in
    --graph=*) cp '${folder}/graph.json' "\${word#--graph=}" ;;
    --targets=package) mkdir -p artifacts/archives/app && echo content > artifacts/archives/app/app.tar.gz && echo old > artifacts/archives/app/SHA256SUMS ;;
  esac
done
`,
  );
  chmodSync(join(folder, 'bin/npx'), 0o755);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script with the options that GitHub gives bash. */
function bash(script: string, env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}/bin:${process.env.PATH ?? ''}`, RUNNER_TEMP: folder, ...env },
    },
  );
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

function workspace(name: string): Workspace {
  const found = workspaces[name];
  if (found === undefined) throw new Error(`no workspace ${name}`);
  return found;
}

/** Returns the script of a step. */
function step(workflow: string, job: string, name: string): string {
  const { jobs } = parse(workflow) as {
    readonly jobs: Readonly<
      Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
    >;
  };
  const { run } = jobs[job]?.steps.find((one) => one.name === name) ?? {};
  if (run === undefined) throw new Error(`no step ${name}`);
  return run;
}

const commands = () => readFileSync(join(folder, 'nx.log'), 'utf8').trim().split('\n');

it.each([
  ['pull_request', 'nx affected --targets=build,test --base=HEAD^1 --head=HEAD'],
  ['push', 'nx run-many --targets=build,test'],
])('the plan of the event %s has the matrix of the task graph', (event, command) => {
  bash(step(githubCi(workspace('gristmill, with a cache')), 'plan', 'Plan the jobs'), {
    ...{ GITHUB_EVENT_NAME: event, GITHUB_OUTPUT: join(folder, 'output'), TARGETS: 'build,test' },
  });
  expect(commands()).toEqual([`${command} --graph=${folder}/tasks.json`]);
  const output = readFileSync(join(folder, 'output'), 'utf8');
  const { include } = JSON.parse(output.replace('matrix=', '')) as { readonly include: readonly object[] };
  expect(include).toMatchObject([
    { name: 'checks', runner: 'ubuntu-24.04', targets: 'test', projects: 'gristmill-e2e,gristmill-worker' },
    { name: 'build-linux', targets: 'build-linux-amd64,build-linux-arm64', projects: 'gristmill-worker' },
  ]);
});

it('values are never run, whatever they contain', () => {
  bash(step(githubCi(workspace('a Go program for Linux')), 'run', 'Run Nx'), {
    ...{ TARGETS: 'build', PROJECTS: 'a$(touch injected);touch injected' },
  });
  expect(commands()).toEqual(['nx run-many --targets=build --projects=a$(touch injected);touch injected']);
  expect(readdirSync(folder)).not.toContain('injected');
});

it.each([
  ['success', 'success', true],
  ['success', 'skipped', true],
  ['success', 'failure', false],
  ['success', 'cancelled', false],
  ['failure', 'skipped', false],
])('the result of the plan %s and the jobs %s is accepted: %s', (PLAN, RUN, isAccepted) => {
  const script = step(
    githubCi(workspace('a Go program for Linux')),
    'result',
    'Check the results of all jobs',
  );
  const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
    env: { ...process.env, PLAN, RUN },
  });
  expect(status === 0).toBe(isAccepted);
});

it('a release collects, signs and verifies all archives', () => {
  bash(`npx millwright key generate --no-passphrase`, {});
  const found = workspace('archives signed with a key, and images with attestations');
  const { release } = found;
  if (release?.signing === undefined) throw new Error('no signature');
  const workflow = githubRelease(found, { ...release, signing: { ...release.signing, attest: [] } });
  bash(step(workflow, 'release', 'Package'), {});
  bash(step(workflow, 'release', 'Sign'), {
    ...{
      GITHUB_REF_NAME: 'v1.0.0',
      MILLWRIGHT_SIGNING_KEY: readFileSync(join(folder, 'minisign.key'), 'utf8'),
    },
  });
  expect(readdirSync(join(folder, 'dist')).sort()).toEqual([
    'SHA256SUMS',
    'SHA256SUMS.minisig',
    'app.tar.gz',
  ]);
  expect(readdirSync(folder)).not.toContain('signing.key');
  expect(bash('npx millwright verify dist --key minisign.pub', {})).toContain('v1.0.0');
});

it('a job of GitLab runs its part of the graph', () => {
  const jobs = parse(gitlabCi(workspace('gristmill, with a cache'))) as Record<
    string,
    { readonly script: readonly string[] }
  >;
  // The remote cache is not there, and /tmp is shared with other tests.
  const script = (jobs['.run']?.script ?? []).join('\n').replaceAll('/tmp/', `${folder}/`);
  const direct = script.replace(/millwright cache run .* -- npx /, '');
  bash(direct, { CI_MERGE_REQUEST_DIFF_BASE_SHA: '0123abc', CI_JOB_NAME: 'build-linux' });
  const targets = 'build,test,lint,format-check';
  expect(commands()).toEqual([
    `nx affected --targets=${targets} --base=0123abc --head=HEAD --graph=${folder}/tasks.json`,
    'nx run-many --targets=build-linux-amd64,build-linux-arm64 --projects=gristmill-worker',
  ]);
  expect(bash(direct, { CI_JOB_NAME: 'build-macos' })).toContain('affects nothing');
});
