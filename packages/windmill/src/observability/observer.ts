import { SpanStatusCode, trace } from '@opentelemetry/api';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** How executions end: their last states, and `unknown` if the engine could not follow one to its end. */
export const outcomes = ['succeeded', 'failed', 'canceled', 'timed-out', 'skipped', 'unknown'] as const;

/** Called when an execution has ended, with one of the outcomes. */
export type Finish = (outcome: string) => void;

/** Watches the executions of an engine. */
export interface ExecutionObserver {
  /** @param name what runs, as in `the script f/x/hello` */
  started(id: string, name: string): Finish;
  /** Tells how to count executions that are in progress, and that wait for their place. */
  watch(counts: () => { readonly inProgress: number; readonly waiting: number }): void;
}

/** Upper bounds in seconds: from what a queue takes to the default timeout. */
const buckets = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900];

/**
 * Writes metrics to a registry of prom-client, and a span of OpenTelemetry for each execution. Spans go where the program's own
 * OpenTelemetry SDK sends them; without one, they cost nothing.
 * @param registry undefined: no metrics
 */
export function createObserver(registry: Registry | undefined): ExecutionObserver {
  const tracer = trace.getTracer('@millwright/windmill');
  const metrics = registry === undefined ? undefined : createMetrics(registry);
  return {
    started: (id, name) => {
      const span = tracer.startSpan('windmill.execution', {
        attributes: { 'windmill.job.id': id, 'windmill.runnable': name },
      });
      const end = metrics?.duration.startTimer();
      return (outcome) => {
        end?.({ outcome });
        metrics?.executions.inc({ outcome });
        span.setAttribute('windmill.outcome', outcome);
        if (!['succeeded', 'skipped'].includes(outcome)) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      };
    },
    watch: (counts) => {
      if (registry === undefined) return;
      const gauge = (name: string, help: string, read: () => number) =>
        new Gauge({
          name,
          help,
          registers: [registry],
          collect() {
            this.set(read());
          },
        });
      gauge(
        'windmill_engine_executions_in_progress',
        'Executions of this engine that have been submitted and have not ended.',
        () => counts().inProgress,
      );
      gauge(
        'windmill_engine_executions_waiting',
        'Executions of this engine that wait for a place, because maxConcurrent are in progress.',
        () => counts().waiting,
      );
    },
  };
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['outcome'] as const;
  const executions = new Counter({
    name: 'windmill_engine_executions_total',
    help: 'Executions of this engine that have ended, by how they ended.',
    labelNames,
    registers,
  });
  // A series that begins with its first failure has no increase, and raises no alert.
  for (const outcome of outcomes) executions.inc({ outcome }, 0);
  return {
    executions,
    duration: new Histogram({
      name: 'windmill_engine_execution_duration_seconds',
      help: 'Time from the submission of an execution to its end, queueing included.',
      labelNames,
      buckets,
      registers,
    }),
  };
}
