import { type PlacedArtifact, removeObsoleteArtifacts } from '@millwright/artifacts';
import { formatError, MillwrightError } from '@millwright/toolkit';
import type { BatchRecord } from '@millwright/toolkit/explain';
import { type FeatureSet, featureSets, formatFeatures } from '../plan/features.js';
import { formatRemoved, type PlacementFacts } from './place-artifact.js';
import { InvocationRun } from './invocation-run.js';
import type { InvocationEnvironment, RequestResult } from './invocation-environment.js';
import { labelOf } from './labels.js';
import { type BuildMetrics, formatMetrics } from './metrics.js';
import { preflightFor } from './preflight-for.js';
import { separationReason } from '../plan/separation-reason.js';
import { type CargoInvocation, invocationFor } from '../plan/invocation.js';
import { groupByShape } from '../plan/invocation-shape.js';
import { Preparation } from '../plan/prepare.js';
import { formatSkippedTargets } from '../plan/required-features.js';
import type { BuildRequest } from '../plan/request.js';
import { groupCompatibleBuilds } from '../plan/batch-grouping.js';
import type { BuildTask } from '../plan/build-task.js';

export interface BuildOutcome {
  readonly success: boolean;
  /** The task's output: artifacts, diagnostics, the error. */
  readonly text: string;
  readonly artifacts: readonly PlacedArtifact[];
  /** The error; undefined on success. */
  readonly error?: unknown;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number;
}

export interface BatchEnvironment extends Omit<
  InvocationEnvironment,
  'fallbackFrom' | 'onResult' | 'shownDiagnostics'
> {
  readonly color: boolean;
  report(taskId: string, outcome: BuildOutcome): void;
}

/** A task with the feature set to try now, the ones to try next, and the ones that failed. */
interface Attempt {
  readonly task: BuildTask;
  readonly set: FeatureSet;
  readonly rest: readonly FeatureSet[];
  readonly fallbackFrom: PlacementFacts['fallbackFrom'];
}

/**
 * Builds tasks with the fewest cargo runs that keep artifacts identical to solo builds.
 * @returns how the tasks were split over cargo runs
 */
export async function buildBatch(
  tasks: readonly BuildTask[],
  environment: BatchEnvironment,
): Promise<BatchRecord> {
  const startTime = Date.now();
  const preparation = new Preparation(environment.repositoryRoot);
  const shownDiagnostics = new Set<string>();
  const runs: CargoRun[] = [];
  let attempts: readonly Attempt[] = tasks.flatMap((task) => {
    const [set, ...rest] = featureSets(task.options);
    return set ? [{ task, set, rest, fallbackFrom: [] }] : [];
  });
  while (attempts.length > 0) {
    const next: Attempt[] = [];
    const fail = (attempt: Attempt, error: unknown, shown: string) => {
      const fallback = nextAttempt(attempt, error);
      if (fallback) {
        next.push(fallback);
        const from = formatFeatures(attempt.set);
        environment.output.write(
          `${shown}${attempt.task.id || 'the build'}: ${from} cannot be built, falling back to ${formatFeatures(fallback.set)}\n`,
        );
      } else {
        const verbose = environment.verbose || attempt.task.options.verbose;
        const text = `${shown}${formatError(error, { verbose, colour: environment.color })}\n`;
        environment.report(attempt.task.id, {
          success: false,
          text,
          artifacts: [],
          error,
          startTime,
          endTime: Date.now(),
        });
      }
    };
    const surroundings = { ...environment, shownDiagnostics };
    runs.push(...(await buildAttempts(attempts, preparation, surroundings, startTime, fail)));
    attempts = next;
  }
  return splitOf(startTime, runs);
}

/** A cargo that has run. */
interface CargoRun {
  readonly invocation: CargoInvocation;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly metrics: BuildMetrics;
}

function splitOf(startTime: number, runs: readonly CargoRun[]): BatchRecord {
  const [first] = runs;
  return {
    startTime,
    preparing: (first?.startTime ?? Date.now()) - startTime,
    processes: runs.map(({ invocation, metrics }) => ({
      tasks: invocation.requests.map(({ taskId }) => taskId),
      label: labelOf(invocation.requests),
      separateBecause:
        first === undefined || first.invocation === invocation
          ? ''
          : separationReason(first.invocation.shape, invocation.shape),
      milliseconds: Math.round(metrics.wallMilliseconds),
      details: formatMetrics(metrics),
    })),
  };
}

async function buildAttempts(
  attempts: readonly Attempt[],
  preparation: Preparation,
  environment: BatchEnvironment & Pick<InvocationEnvironment, 'shownDiagnostics'>,
  startTime: number,
  fail: (attempt: Attempt, error: unknown, shown: string) => void,
): Promise<CargoRun[]> {
  const runs: CargoRun[] = [];
  const byTask = new Map(attempts.map((attempt) => [attempt.task.id, attempt]));
  const requests: BuildRequest[] = [];
  for (const attempt of attempts) {
    try {
      const request = await preparation.prepare(attempt.task, attempt.set);
      if (request.targets.length > 0) requests.push(request);
      else environment.report(attempt.task.id, await reportSkippedTargets(request, environment, startTime));
    } catch (error) {
      fail(attempt, error, '');
    }
  }
  const onResult = (result: RequestResult) => {
    const { taskId } = result.request;
    const attempt = byTask.get(taskId);
    if (!attempt) return;
    if ('error' in result) fail(attempt, result.error, result.shown);
    else {
      const text = `${fallbackLine(attempt)}${result.text}`;
      const { artifacts } = result;
      environment.report(taskId, { success: true, text, artifacts, startTime, endTime: Date.now() });
    }
  };
  const fallbackFrom = (taskId: string) => byTask.get(taskId)?.fallbackFrom ?? [];
  for (const group of groupByShape(requests)) {
    for (const [first, ...rest] of await groupCompatibleBuilds(group, environment.repositoryRoot)) {
      if (!first) continue;
      const invocation = invocationFor([first, ...rest], { env: process.env, color: environment.color });
      try {
        await preflightFor(invocation, environment);
      } catch (error) {
        for (const request of invocation.requests) onResult({ request, error, shown: '' });
        continue;
      }
      const runStart = Date.now();
      const metrics = await new InvocationRun(invocation, { ...environment, fallbackFrom, onResult }).run();
      runs.push({ invocation, startTime: runStart, metrics });
    }
  }
  return runs;
}

/** Reports success for a request whose targets are all skipped, as cargo does; removes artifacts of earlier builds. */
async function reportSkippedTargets(
  request: BuildRequest,
  { repositoryRoot, output }: BatchEnvironment,
  startTime: number,
): Promise<BuildOutcome> {
  const removed = await removeObsoleteArtifacts(repositoryRoot, request.outputs, [], request.project);
  const lines = [...formatSkippedTargets(request), ...removed.map(formatRemoved)];
  output.write(`${lines.join('\n')}\n`);
  return { success: true, text: `${lines.join('\n')}\n`, artifacts: [], startTime, endTime: Date.now() };
}

/**
 * Returns the next attempt after a failed one. Only failures caused by the sources or by missing software fall back to
 * other features. Lack of memory, disk space or network is temporary, but the result of a fallback would be cached.
 */
function nextAttempt({ task, set, rest, fallbackFrom }: Attempt, error: unknown): Attempt | undefined {
  const [next, ...others] = rest;
  if (next === undefined || !(error instanceof MillwrightError) || !fallbackCodes.has(error.code))
    return undefined;
  const tried = { features: formatFeatures(set), why: `${error.what}: ${error.why}` };
  return { task, set: next, rest: others, fallbackFrom: [...fallbackFrom, tried] };
}

const fallbackCodes: ReadonlySet<string> = new Set([
  'COMPILE_FAILED',
  'LINK_FAILED',
  'FEATURE_UNKNOWN',
  'FEATURES_SCRIPT_FAILED',
  'NATIVE_LIBRARY_MISSING',
]);

function fallbackLine({ set, fallbackFrom }: Attempt): string {
  if (fallbackFrom.length === 0) return '';
  const tried = fallbackFrom.map(({ features, why }) => `${features} could not be built (${why})`).join('; ');
  return `built with ${formatFeatures(set)}: ${tried}\n`;
}
