import type { BatchRecord, HashedInputs, InputChange, TaskRecord } from './observed/inputs.js';
import type { TaskState } from './changes.js';
import { parseInstruction } from './observed/instructions.js';

/** What `explain` says of a task; printed as text, or as JSON for tools. */
export interface ExplainReport {
  readonly task: string;
  /** Nx's hash of the task now. */
  readonly hash: string;
  /** The last result in place; null where none was recorded. */
  readonly last: {
    readonly hash: string;
    readonly status: TaskRecord['status'];
    /** ISO 8601. */
    readonly at: string;
    /** What was different from the state before; null where none was known. */
    readonly changes: readonly InputChange[] | null;
    readonly time: Times;
  } | null;
  /** What is different now from the last result; null where there is none. */
  readonly changes: readonly InputChange[] | null;
  readonly hashedFrom: HashedFrom;
  /** The run of cargo, or another tool for many tasks at once, that made the last result; null for none. */
  readonly batch: BatchRecord | null;
}

/** In milliseconds. */
export interface Times {
  /** Before the task started: graph, hashes, and the tasks that it depends on. */
  readonly before: number;
  readonly task: number;
  /** Of the task: before the tool's first process started. Null where it was not measured. */
  readonly preparing: number | null;
  /** Of the task: its process. */
  readonly process: number | null;
}

export interface HashedFrom {
  readonly files: readonly string[];
  /** Outputs of other tasks, by task where it is known. */
  readonly tasks: readonly string[];
  /** Variables that are set; their values are not shown. */
  readonly variables: readonly string[];
  readonly unsetVariables: readonly string[];
  /** What the plugin hashes of the machine, by what it is. */
  readonly machine: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly projects: readonly string[];
  readonly commands: readonly string[];
  readonly others: readonly string[];
}

/** What is known of a task, put together. */
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

/** The batch that a task was made in: it has the task, and ran while the task did. */
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

/** Parts without a digest only name a variable. */
function namesOf(parts: Readonly<Record<string, string>>): string[] {
  return Object.keys(parts).filter((name) => parts[name] !== '');
}

/** As `configuredOptions` has them, from the places in a definition. */
function optionsIn({ definition }: HashedInputs, configuration: string | undefined): Record<string, string> {
  const below = (prefix: string) =>
    Object.entries(definition).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    );
  const named = configuration === undefined ? [] : below(`configurations.${configuration}.`);
  return Object.fromEntries([...below('options.'), ...named]);
}
