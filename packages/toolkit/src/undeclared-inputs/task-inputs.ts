import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DigestCache } from '../state/digest-cache.js';
import type { Environment } from '../environment/environment.js';
import { readText } from '../files/read-text.js';
import { recall, remember } from '../state/state.js';
import { hashedValue, inputsIn, type KnownInputs, knownInputs, learn } from './known-inputs.js';
import { type InputPlaces, presentDigest } from './present-state.js';
import {
  type InputsRecord,
  inputsRecordEnding,
  keyOf,
  parseInputsRecord,
  type UndeclaredInput,
  type UndeclaredName,
} from './record.js';

/**
 * Inputs that only become known when a task runs: a file that a macro includes by a computed path, a variable that a
 * test reads. Nx hashes a task before it runs and stores its result under that hash, so the hash of the first run
 * cannot contain them. Two hooks and one file keep such a result from being used where it does not fit:
 *
 * 1. A target that may read undeclared inputs has `{ env: inputsVariable(stem) }` among its inputs, and a file that ends
 *    in `.inputs.json` among its outputs. The stem begins with the plugin's prefix and is the same in every clone.
 * 2. The executor writes that file in each successful run, also where nothing undeclared was read: the text of
 *    `formatInputsRecord({ variable, under: process.env[variable] ?? '', inputs })`, with `inputs` from
 *    `observeInputs`. Cached with the other outputs, it comes along wherever the result is restored.
 * 3. `preTasksExecution` calls `hashKnownInputs`: it sets each task's variable to a digest of all inputs that this clone
 *    knows of, or to nothing while they are as the stored result read them.
 * 4. `postTasksExecution` calls `checkTaskInputs` (or `finishTasks` of `@millwright/artifacts`, which does): it compares
 *    the records of restored results with this clone. The outputs of a result that read something else are removed, and
 *    what it read is remembered, so that the same command misses the cache the next time.
 *
 * A result is thus restored only under a hash that contains what it read, or it is found out in the same run.
 */
export interface TaskOutcome {
  readonly task: { readonly id: string; readonly outputs: readonly string[] };
  readonly status: string;
}

/** A result that was restored although it read something that is different here. */
export interface StaleResult {
  readonly taskId: string;
  /** What is different. */
  readonly inputs: readonly UndeclaredInput[];
}

/** What an executor passes to `formatInputsRecord`: undeclared inputs with their present state. */
export async function observeInputs(
  inputs: readonly UndeclaredName[],
  places: InputPlaces,
): Promise<UndeclaredInput[]> {
  return Promise.all(
    inputs.map(async ({ kind, name }) => ({
      kind,
      name,
      digest: await presentDigest({ kind, name }, places),
    })),
  );
}

/**
 * Sets the variables of all tasks of which this clone knows undeclared inputs. For `preTasksExecution`.
 * @param prefix what the names of the plugin's variables begin with
 * @param env where inputs are read and variables are set: the process's own environment
 */
export async function hashKnownInputs(
  workspaceRoot: string,
  prefix: string,
  env: Record<string, string | undefined>,
): Promise<void> {
  const known = recallInputs(workspaceRoot, prefix);
  const cache = new DigestCache();
  const states = new Map(
    (await observeInputs(inputsIn(known), { workspaceRoot, env, cache })).map((input) => [
      keyOf(input),
      input.digest,
    ]),
  );
  for (const [variable, task] of Object.entries(known)) {
    env[variable] = hashedValue(task, (input) => states.get(keyOf(input)) ?? null);
  }
  cache.save();
}

/**
 * What is behind the variables that {@link hashKnownInputs} sets: the present states of the undeclared inputs, by
 * variable and by what they are. For explanations.
 */
export async function knownInputStates(
  workspaceRoot: string,
  prefix: string,
  env: Environment,
): Promise<Record<string, Record<string, string>>> {
  const known = recallInputs(workspaceRoot, prefix);
  const cache = new DigestCache();
  const states: Record<string, Record<string, string>> = {};
  for (const [variable, task] of Object.entries(known)) {
    const inputs = await observeInputs(inputsIn({ [variable]: task }), { workspaceRoot, env, cache });
    states[variable] = Object.fromEntries(
      inputs.map(({ kind, name, digest }) => [`undeclared ${kind} ${name}`, digest ?? 'missing']),
    );
  }
  cache.save();
  return states;
}

/**
 * Checks the results that Nx restored, and remembers what all results of a run read. For `postTasksExecution`.
 * @returns the results that do not fit this clone, whose outputs were removed
 */
export async function checkTaskInputs(
  workspaceRoot: string,
  prefix: string,
  outcomes: Iterable<TaskOutcome>,
  env: Environment,
): Promise<StaleResult[]> {
  const before = recallInputs(workspaceRoot, prefix);
  let known = before;
  const cache = new DigestCache();
  const stale: StaleResult[] = [];
  for (const { task, status } of outcomes) {
    if (status !== 'success' && !restored.has(status)) continue;
    const record = recordOf(workspaceRoot, task.outputs);
    if (record?.variable.startsWith(prefix) !== true) continue;
    known = learn(known, record);
    if (status === 'success') continue;
    const inputs = await changedInputs(record, { workspaceRoot, env, cache });
    if (inputs.length === 0) continue;
    stale.push({ taskId: task.id, inputs });
    for (const output of task.outputs) {
      await rm(resolve(workspaceRoot, output), { recursive: true, force: true });
    }
  }
  if (known !== before) remember(workspaceRoot, formatOf(prefix), known);
  cache.save();
  return stale;
}

/** The inputs of a record that are not now as the result read them. */
export async function changedInputs(
  { inputs }: InputsRecord,
  places: InputPlaces,
): Promise<UndeclaredInput[]> {
  const present = await observeInputs(inputs, places);
  return inputs.filter(({ digest }, index) => present[index]?.digest !== digest);
}

/** Nx's own words for a result that came from a cache, or was left in place because it is the cached one. */
const restored = new Set(['local-cache', 'local-cache-kept-existing', 'remote-cache']);

/** A task with several artifacts has the same record beside each; one whose features are off has none. */
function recordOf(workspaceRoot: string, outputs: readonly string[]): InputsRecord | undefined {
  for (const output of outputs) {
    const text = output.endsWith(inputsRecordEnding) ? readText(join(workspaceRoot, output)) : undefined;
    if (text !== undefined) return parseInputsRecord(text);
  }
  return undefined;
}

function recallInputs(workspaceRoot: string, prefix: string): KnownInputs {
  return recall(workspaceRoot, formatOf(prefix)) ?? {};
}

function formatOf(prefix: string) {
  return { name: `undeclared-inputs-${prefix.toLowerCase()}`, version: 1, schema: knownInputs };
}
