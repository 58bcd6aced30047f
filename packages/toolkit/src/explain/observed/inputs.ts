import { z } from 'zod';

const texts = z.record(z.string(), z.string());

/** The hash inputs of a task, in terms that users know. Values that may be secrets are replaced by digests. */
const hashedInputs = z.strictObject({
  /** The hash of each entry of Nx's hash plan. */
  nodes: texts,
  /** Digests of files, by path relative to the workspace. */
  files: texts,
  /** For variables that represent several inputs: the digest of each input, by its name. */
  parts: z.record(z.string(), texts),
  /** The definition of the task's project: values of the task's target, digests of the rest. */
  definition: texts,
  /** The outputs of other tasks: digests by path, and the values in JSON files by path and key. */
  outputs: texts,
  /** The command-line options, as JSON. */
  overrides: texts,
});

export type HashedInputs = Readonly<z.output<typeof hashedInputs>>;

/** One input that differs between two states of a task. */
const inputChange = z.strictObject({
  kind: z.enum([
    'file',
    'variable',
    'machine',
    'option',
    'definition',
    'command line',
    'output of another task',
    'command',
    'plugin',
    'other',
  ]),
  how: z.enum(['changed', 'added', 'removed']),
  /** The name that users know: a path, a variable, an option. */
  name: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** The task whose input changed, if it affects this task through the outputs of that task. */
  through: z.string().optional(),
  /** What sets an option now, such as `set in nx.json`. Not recorded. */
  origin: z.string().optional(),
});

export type InputChange = Readonly<z.output<typeof inputChange>>;

/** The last result of a task, built or restored from the cache. */
export const taskRecord = z.strictObject({
  hash: z.string(),
  /** The plugin and its version. */
  plugin: z.string(),
  status: z.enum(['ran', 'restored']),
  /** Milliseconds since the epoch. */
  startTime: z.number(),
  endTime: z.number(),
  /** The time between the start of the run and of this task, in milliseconds. */
  startedAfter: z.number(),
  outputs: z.array(z.string()).readonly(),
  inputs: hashedInputs,
  /** The inputs of the tasks whose outputs this task reads, not followed further. */
  upstream: z.record(z.string(), hashedInputs),
  /** The changes since the previous state; undefined if there was none. */
  changes: z.array(inputChange).readonly().optional(),
});

export type TaskRecord = Readonly<z.output<typeof taskRecord>>;

/** How a run of a batch executor was split over processes, independent of the tool. */
export const batchRecord = z.strictObject({
  /** Milliseconds since the epoch. */
  startTime: z.number(),
  /** The time before the first process started, in milliseconds. */
  preparing: z.number(),
  processes: z
    .array(
      z.strictObject({
        tasks: z.array(z.string()).readonly(),
        /** What the process builds, such as `app, other for linux/amd64`. */
        label: z.string(),
        /** Why these tasks are not in the first process of the run; empty for that one. */
        separateBecause: z.string(),
        milliseconds: z.number(),
        /** Details from the tool, such as the number of compiled crates. */
        details: z.string(),
      }),
    )
    .readonly(),
});

export type BatchRecord = Readonly<z.output<typeof batchRecord>>;
