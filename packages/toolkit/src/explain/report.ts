import type { BatchRecord, HashedInputs, InputChange, TaskRecord } from './observed/inputs.js';
import type { TaskState } from './changes.js';
import { parseInstruction } from './observed/instructions.js';

/** The output of `explain` for a task, printed as text or as JSON. */
export interface ExplainReport {
  readonly task: string;
  /** The current hash of the task. */
  readonly hash: string;
  /** The last recorded result; null if there is none. */
  readonly last: {
    readonly hash: string;
    readonly status: TaskRecord['status'];
    /** ISO 8601. */
    readonly at: string;
    /** The changes since the previous state; null if there was none. */
    readonly changes: readonly InputChange[] | null;
    readonly time: Times;
  } | null;
  /** The changes since the last result; null if there is none. */
  readonly changes: readonly InputChange[] | null;
  readonly hashedFrom: HashedFrom;
  /** The batch run (for example of cargo) that built the last result; null if there was none. */
  readonly batch: BatchRecord | null;
}

/** In milliseconds. */
export interface Times {
  /** The time before the task started: project graph, hashes, dependencies. */
  readonly before: number;
  readonly task: number;
  /** The part of the task before the first process of the tool started; null if not measured. */
  readonly preparing: number | null;
  /** The part of the task in which its process ran; null if not measured. */
  readonly process: number | null;
}

export interface HashedFrom {
  readonly files: readonly string[];
  /** The tasks whose outputs are inputs; globs if the tasks are unknown. */
  readonly tasks: readonly string[];
  /** Variables that are set, without their values. */
  readonly variables: readonly string[];
  readonly unsetVariables: readonly string[];
  /** The names of the inputs that the plugin hashes outside the workspace. */
  readonly machine: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly projects: readonly string[];
  readonly commands: readonly string[];
  readonly others: readonly string[];
}

/** The recorded and current facts about a task. */
export interface ExplainFacts {
  readonly task: string;
  readonly configuration: string | undefined;
  readonly hash: string;
  readonly now: TaskState;
  readonly record: TaskRecord | undefined;
  readonly changes: readonly InputChange[] | undefined;
  readonly batches: readonly BatchRecord[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly projects: Pick<ReadonlySet<string>, 'has'>;
}

export function reportOf({
  task,
  configuration,
  hash,
  now,
  record,
  changes,
  batches,
  env,
  projects,
}: ExplainFacts): ExplainReport {
  const batch = record?.status === 'ran' ? batchOf(task, record, batches) : undefined;
  return {
    task,
    hash,
    last:
      record === undefined
        ? null
        : {
            hash: record.hash,
            status: record.status,
            at: new Date(record.startTime).toISOString(),
            changes: record.changes ?? null,
            time: timesOf(task, record, batch),
          },
    changes: changes ?? null,
    hashedFrom: hashedFrom(now, configuration, env, projects),
    batch: batch ?? null,
  };
}

/** Returns the batch run that built a task: it contains the task, and ran at the same time. */
function batchOf(task: string, record: TaskRecord, batches: readonly BatchRecord[]): BatchRecord | undefined {
  return batches.findLast(
    ({ startTime, processes }) =>
      startTime <= record.endTime &&
      startTime >= record.startTime - record.startedAfter &&
      processes.some(({ tasks }) => tasks.includes(task)),
  );
}

function timesOf(task: string, record: TaskRecord, batch: BatchRecord | undefined): Times {
  return {
    before: record.startedAfter,
    task: record.endTime - record.startTime,
    preparing: batch?.preparing ?? null,
    process: batch?.processes.find(({ tasks }) => tasks.includes(task))?.milliseconds ?? null,
  };
}

function hashedFrom(
  { inputs, upstream }: TaskState,
  configuration: string | undefined,
  env: ExplainFacts['env'],
  projects: ExplainFacts['projects'],
): HashedFrom {
  const instructions = Object.keys(inputs.nodes).map((key) => parseInstruction(key, projects));
  const variables = instructions.flatMap((one) => (one.kind === 'variable' ? [one.name] : []));
  const own = variables.filter((name) => inputs.parts[name] === undefined);
  const isSet = (name: string) => (env[name] ?? '') !== '';
  const outputs = instructions.flatMap((one) => (one.kind === 'outputs' ? [one.glob] : []));
  return {
    files: Object.keys(inputs.files),
    tasks: Object.keys(upstream).length > 0 ? Object.keys(upstream) : outputs,
    variables: own.filter(isSet),
    unsetVariables: own.filter((name) => !isSet(name)),
    machine: [...new Set(Object.values(inputs.parts).flatMap(namesOf))].sort(),
    options: optionsIn(inputs, configuration),
    overrides: inputs.overrides,
    projects: instructions.flatMap((one) => (one.kind === 'definition' ? [one.project] : [])),
    commands: instructions.flatMap((one) => (one.kind === 'command' ? [one.command] : [])),
    others: instructions.flatMap((one) => (one.kind === 'other' ? [one.name] : [])),
  };
}

/** Parts without a digest are omitted: they only name a variable. */
function namesOf(parts: Readonly<Record<string, string>>): string[] {
  return Object.keys(parts).filter((name) => parts[name] !== '');
}

/** Returns the configured options, like `configuredOptions`, from a recorded definition. */
function optionsIn({ definition }: HashedInputs, configuration: string | undefined): Record<string, string> {
  const below = (prefix: string) =>
    Object.entries(definition).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    );
  const named = configuration === undefined ? [] : below(`configurations.${configuration}.`);
  return Object.fromEntries([...below('options.'), ...named]);
}
