import type { CiJob } from './jobs.js';
import type { System } from './systems.js';

/** The images of GitHub's hosted runners. They name a version, because `-latest` moves to another glibc or SDK by itself. */
const runners: Readonly<Record<System, string>> = {
  linux: 'ubuntu-24.04',
  macos: 'macos-15',
  windows: 'windows-2025',
};

/** One job in the matrix of a workflow. Lists are joined, because environment variables hold text. */
interface MatrixRow {
  readonly name: string;
  readonly runner: string;
  readonly system: System;
  readonly targets: string;
  readonly projects: string;
  readonly rust: boolean;
  readonly go: boolean;
  readonly triples: string;
  readonly packages: string;
  readonly zig: boolean;
}

/** Returns the value of `strategy.matrix` of GitHub Actions (workflow syntax, `jobs.<job_id>.strategy.matrix`). */
export function githubMatrix(jobs: readonly CiJob[]): { readonly include: readonly MatrixRow[] } {
  return {
    include: jobs.map((job) => ({
      ...job,
      runner: runners[job.system],
      targets: job.targets.join(','),
      projects: job.projects.join(','),
      triples: job.triples.join(' '),
      packages: job.packages.join(' '),
    })),
  };
}

/** Returns the arguments of `nx run-many` for a job. */
export function nxArguments({ targets, projects }: CiJob): readonly string[] {
  return [`--targets=${targets.join(',')}`, `--projects=${projects.join(',')}`];
}
