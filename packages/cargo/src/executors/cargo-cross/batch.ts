import { relative } from 'node:path';
import { formatError, MillwrightError } from '@millwright/toolkit';
import { cargoBuild } from './cargo-build.js';
import { Diagnostics, packageName } from './diagnostics.js';
import { explainFailure } from './explain.js';
import { gitRevision, handOver } from './hand-over.js';
import { type ArtifactMessage, finalFiles } from './messages.js';
import { groupByInvocation, type Invocation, invocationFor } from './plan.js';
import { Preparation } from './prepare.js';
import { Progress, type ProgressOutput } from './progress.js';
import type { BuildRequest } from './request.js';
import type { CargoCrossOptions } from './schema.js';
import { groupAgreeing, unitFeatures } from './unit-graph.js';

export interface BuildTask {
  readonly id: string;
  /** The folder of the crate, absolute. */
  readonly folder: string;
  readonly options: CargoCrossOptions;
}

export interface BuildOutcome {
  readonly success: boolean;
  /** What the task shows: artifacts, diagnostics, the error. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number;
}

export interface BatchEnvironment {
  /** The Nx workspace's folder, absolute. */
  readonly repositoryRoot: string;
  readonly output: ProgressOutput;
  readonly color: boolean;
  /** Whether the crate of one folder depends on the crate of another, by the project graph. */
  dependsOn(folder: string, on: string): boolean;
  report(taskId: string, outcome: BuildOutcome): void;
}

/** Builds tasks with as few cargos as give each task the bytes that it has when built alone. */
export async function buildBatch(tasks: readonly BuildTask[], environment: BatchEnvironment): Promise<void> {
  const preparation = new Preparation(environment.repositoryRoot);
  const requests: BuildRequest[] = [];
  for (const task of tasks) {
    try {
      requests.push(await preparation.prepare(task.id, task.folder, task.options));
    } catch (error) {
      environment.report(task.id, failure(error, task.options.verbose, Date.now()));
    }
  }
  for (const group of groupByInvocation(requests)) {
    for (const invocation of await invocationsFor(group, environment.color))
      await runInvocation(invocation, environment);
  }
}

/** Splits a group where building it together would change the features of any crate. */
async function invocationsFor(group: readonly BuildRequest[], color: boolean): Promise<Invocation[]> {
  const byPackage = Map.groupBy(group, (request) => request.package.id);
  const builds = [...byPackage.values()].flatMap(([first, ...rest]) =>
    first ? [[first, ...rest] as const] : [],
  );
  const invocation = (requests: readonly BuildRequest[]) => {
    const [first, ...rest] = requests;
    return first ? [invocationFor([first, ...rest], process.env, color)] : [];
  };
  if (builds.length < 2) return builds.flatMap(invocation);
  const known = await Promise.all(
    builds.map(async (build) => {
      const { args, cwd, env } = invocationFor(build, process.env, false);
      // The plan does not depend on the linker, so cargo itself is asked, whatever will run.
      const [, ...rest] = args;
      const units = await unitFeatures(
        build[0].toolchain.cargo,
        ['build', ...rest.filter(isPlannable)],
        cwd,
        env,
      );
      return { build, units };
    }),
  );
  return groupAgreeing(known).flatMap((builds) => invocation(builds.flat()));
}

/** cargo-zigbuild's glibc suffix is no target that cargo knows, and keep-going plans nothing. */
function isPlannable(arg: string): boolean {
  return arg !== '--keep-going';
}

async function runInvocation(invocation: Invocation, environment: BatchEnvironment): Promise<void> {
  const { requests } = invocation;
  const [first] = requests;
  if (!first) return;
  const startTime = Date.now();
  const progress = new Progress(labelOf(requests), environment.output);
  progress.say(`${labelOf(requests)}: ${first.toolchain.name}, ${first.linker.description}`);
  const diagnostics = new Diagnostics();
  const revision = gitRevision(first.folder);
  const pending = new Map(requests.map((request) => [request, new Arrivals(request)]));
  const handingOver: Promise<void>[] = [];
  const verbose = requests.some((request) => request.options.verbose);
  const finish = async (request: BuildRequest, files: readonly string[]) => {
    pending.delete(request);
    try {
      const lines: string[] = [];
      const version = await revision;
      for (const file of files) {
        const placed = await handOver(file, request, environment.repositoryRoot, version);
        lines.push(
          `${relative(environment.repositoryRoot, placed.path)}  ${formatSize(placed.size)}  sha256 ${placed.sha256}`,
        );
      }
      const warnings = diagnostics.take(request.package.id);
      environment.report(request.taskId, {
        success: true,
        text: `${warnings}${request.linker.description}\n${lines.join('\n')}\n`,
        startTime,
        endTime: Date.now(),
      });
    } catch (error) {
      environment.report(request.taskId, failure(error, verbose, startTime));
    }
  };
  const result = await cargoBuild(
    invocation,
    progress,
    {
      onArtifact: (message) => {
        for (const [request, arrivals] of pending) {
          const files = arrivals.add(message);
          if (files) handingOver.push(finish(request, files));
        }
      },
      onDiagnostic: (message) => {
        diagnostics.add(message);
      },
    },
    verbose,
  );
  await Promise.all(handingOver);
  progress.finish(result.succeeded ? 'built' : 'failed');
  for (const request of pending.keys()) {
    const error = errorFor(request, diagnostics, result.log, environment);
    const shown = error.failed.map((id) => diagnostics.take(id)).join('');
    const outcome = failure(error.error, request.options.verbose, startTime);
    environment.report(request.taskId, { ...outcome, text: `${shown}${outcome.text}` });
  }
}

/** Collects the files of a request as cargo reports them. */
class Arrivals {
  private readonly files = new Map<string, readonly string[]>();

  constructor(private readonly request: BuildRequest) {}

  /** All files of the request once the last has come; undefined before. */
  add(message: ArtifactMessage): string[] | undefined {
    const { request } = this;
    const wanted = request.targets.find(
      (target) => target.name === message.target.name && target.kind.join() === message.target.kind.join(),
    );
    if (message.package_id !== request.package.id || !wanted) return undefined;
    const files = finalFiles(message);
    const inTriple = (file: string) => file.split(/[/\\]/).includes(request.triple);
    if (files.length === 0 || (request.linker.target !== undefined && !files.every(inTriple)))
      return undefined;
    this.files.set(`${wanted.kind.join()} ${wanted.name}`, files);
    return this.files.size === request.targets.length ? [...this.files.values()].flat() : undefined;
  }
}

function errorFor(
  request: BuildRequest,
  diagnostics: Diagnostics,
  log: string,
  environment: BatchEnvironment,
): { error: MillwrightError; failed: string[] } {
  const failed = diagnostics.failed().filter((id) => {
    const pkg = request.metadata.packages.find((candidate) => candidate.id === id);
    if (!pkg) return true;
    const folder = pkg.manifest_path.slice(0, -'/Cargo.toml'.length);
    return folder === request.folder || environment.dependsOn(request.folder, folder);
  });
  if (failed.length === 0) return { error: explainFailure(log, false), failed };
  const names = failed.map((id) => packageName(id, request.metadata.packages)).join(', ');
  return {
    error: new MillwrightError('COMPILE_FAILED', {
      what: `${request.package.name} was not built for ${request.platform?.platform ?? request.triple}`,
      why: `${names} ${failed.length === 1 ? 'does' : 'do'} not compile`,
      remedy:
        'Mend what rustc reports; where another task of this run needs the same crate, it stands there.',
      output: log,
    }),
    failed,
  };
}

function failure(error: unknown, verbose: boolean, startTime: number): BuildOutcome {
  return { success: false, text: `${formatError(error, verbose)}\n`, startTime, endTime: Date.now() };
}

function labelOf(requests: readonly BuildRequest[]): string {
  const names = [...new Set(requests.map((request) => request.package.name))].sort();
  const platforms = [
    ...new Set(requests.map((request) => request.platform?.platform ?? request.triple)),
  ].sort();
  const shown =
    names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${shown} for ${platforms.join(', ')}`;
}

/** Bytes as people read them. */
function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
