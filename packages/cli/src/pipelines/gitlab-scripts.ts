import { shellWord } from '@millwright/toolkit/core';
import type { CiJob } from '../planning/jobs.js';
import { installRust, installZig, matrixCommand, script } from './scripts.js';
import type { Workspace } from './workspace.js';

const zigFolder = '/opt/zig';

/** Returns the commands that prepare a machine for a job. On Linux, the toolchains are those of Debian. */
export function setup(
  { manager }: Workspace,
  { name, system, rust, go, zig, triples, packages }: CiJob,
): string[] {
  const installed = [
    ...(rust ? ['rustup', 'gcc', 'libc6-dev'] : []),
    ...(go ? ['golang-go'] : []),
    ...(zig ? ['python3-venv'] : []),
    ...packages,
  ];
  return [
    ...(system === 'linux' && installed.length > 0
      ? [`apt-get update && apt-get install --yes --no-install-recommends ${installed.join(' ')}`]
      : []),
    // Debian's rustup has no default toolchain.
    ...(rust
      ? [
          script(
            `export JOB=${name} TRIPLES=${shellWord(triples.join(' '))}`,
            withDefaultToolchain(installRust),
          ),
        ]
      : []),
    ...(zig ? [script(installZig(zigFolder), `export PATH="$PATH:${zigFolder}/bin"`)] : []),
    ...(manager.enable === undefined ? [] : [manager.enable]),
    manager.install,
  ];
}

function withDefaultToolchain(text: string): string {
  return text.replace('|| rustup toolchain install', '|| rustup toolchain install || rustup default stable');
}

/** How a job of the pipeline runs its part of the graph. */
export interface RunOptions {
  /** The targets, separated by commas, quoted for a shell. */
  readonly targets: string;
  /** The name of the job in the plan, as an expression of the shell. */
  readonly job: string;
  /** The command that runs the tasks, without its arguments. */
  readonly nx: string;
  /** Whether merge requests run only what they affect. */
  readonly isAffected: boolean;
  /** Options of that command. */
  readonly options?: string;
}

/** Returns the script of a job: its part of the task graph, and nothing if the change affects none of it. */
export function runJobScript(
  workspace: Workspace,
  { targets, job, nx, isAffected, options = '' }: RunOptions,
): string {
  const { exec } = workspace.manager;
  const all = `${exec} nx run-many --targets=${targets} --graph=/tmp/tasks.json`;
  // The plan of a release has only what the builds of a platform need.
  const asked = isAffected ? ` --targets ${targets}` : '';
  return script(
    isAffected && 'if [ -n "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}" ]; then',
    isAffected &&
      `  ${exec} nx affected --targets=${targets} --base="$CI_MERGE_REQUEST_DIFF_BASE_SHA" --head=HEAD --graph=/tmp/tasks.json`,
    isAffected && 'else',
    isAffected ? `  ${all}` : all,
    isAffected && 'fi',
    `${matrixCommand(workspace, '/tmp/tasks.json', `${asked} --job "${job}"`)} > /tmp/arguments`,
    'if [ -s /tmp/arguments ]; then',
    `  tr '\\n' '\\0' < /tmp/arguments | xargs -0 ${nx}${options}`,
    'else',
    '  echo "This change affects nothing in this job."',
    'fi',
  );
}
