import { z } from 'zod';

const texts = z.record(z.string(), z.string());

/** What a task was hashed from, in the parts that a person knows. Values that may be secrets are digests. */
export const hashedInputs = z.strictObject({
  /** Nx's own account: its hash of each entry of the hash plan. */
  nodes: texts,
  /** Digests of files, by path relative to the workspace. */
  files: texts,
  /** What is behind a variable that stands for more than its own value: digests by what they are of. */
  parts: z.record(z.string(), texts),
  /** The definition of the task's own project: values of the target, digests of the rest. */
  definition: texts,
  /** The outputs of other tasks: digests by path, and what a JSON file says by its path and place. */
  outputs: texts,
  /** The options of the command line, as JSON. */
  overrides: texts,
});

export type HashedInputs = Readonly<z.output<typeof hashedInputs>>;

/** One input that differs between two states of a task. */
export const inputChange = z.strictObject({
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
  /** The input as a person knows it: a path, a variable, an option. */
  name: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** The task whose input this is, where it reached this task through that one's outputs. */
  through: z.string().optional(),
});

export type InputChange = Readonly<z.output<typeof inputChange>>;

/** A task as it was last made, or restored from the cache. */
export const taskRecord = z.strictObject({
  hash: z.string(),
  /** The plugin with its version. */
  plugin: z.string(),
  status: z.enum(['ran', 'restored']),
  /** Milliseconds since the epoch. */
  startTime: z.number(),
  endTime: z.number(),
  /** How long Nx was at work before this task started, in milliseconds. */
  startedAfter: z.number(),
  outputs: z.array(z.string()).readonly(),
  inputs: hashedInputs,
  /** The tasks whose outputs are inputs, without their own such inputs. */
  upstream: z.record(z.string(), hashedInputs),
  /** What was different from the state before; undefined where none was known. */
  changes: z.array(inputChange).readonly().optional(),
});

export type TaskRecord = Readonly<z.output<typeof taskRecord>>;

/** How one run of a batch executor was split over processes, as far as that can be told without the tool's words. */
export const batchRecord = z.strictObject({
  /** Milliseconds since the epoch. */
  startTime: z.number(),
  /** What was done before the first process started, in milliseconds. */
  preparing: z.number(),
  processes: z
    .array(
      z.strictObject({
        tasks: z.array(z.string()).readonly(),
        /** What the process does, such as `app, other for linux/amd64`. */
        label: z.string(),
        /** Why these tasks are not in the first process of the run; empty for that one. */
        separateBecause: z.string(),
        milliseconds: z.number(),
        /** What the tool told, such as the number of crates compiled. */
        details: z.string(),
      }),
    )
    .readonly(),
});

export type BatchRecord = Readonly<z.output<typeof batchRecord>>;
