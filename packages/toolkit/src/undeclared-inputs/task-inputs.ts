import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DigestCache } from '../state/digest-cache.js';
import type { Environment } from '../environment/environment.js';
import { readText } from '../files/read-text.js';
import { readWorkspaceState, writeWorkspaceState } from '../state/state.js';
import { hashedValue, inputsIn, type KnownInputs, knownInputs, addKnownInputs } from './known-inputs.js';
import { type InputPlaces, presentDigest } from './present-state.js';
import {
  type InputsRecord,
  keyOf,
  parseInputsRecord,
  type UndeclaredInput,
  type UndeclaredName,
} from './record.js';
import { inputsRecordEnding } from './record-ending.js';

/**
 * Inputs that become known only when a task runs: a file that a macro includes by a computed path, or a
 * variable that a test reads. Nx hashes a task before it runs and stores its result under that hash, so the
 * hash of the first run cannot contain them. Two hooks and one file prevent such a result from being used
 * when it does not apply:
 *
 * 1. A target that may read undeclared inputs has `{ env: inputsVariable(stem) }` in its inputs, and a file
 * that ends in `.inputs.json` in its outputs. The stem starts with the plugin's prefix and is the same in
 * every clone.
 * 2. The executor writes that file in each successful run, even if nothing undeclared was read: the text of
 * `formatInputsRecord({ variable, under: process.env[variable] ?? '', inputs })`, with `inputs` from
 * `observeInputs`. It is cached with the other outputs, and restored with the result.
 * 3. `preTasksExecution` calls `hashKnownInputs`. It sets each task's variable to a digest of all inputs
 * that this clone knows, or to an empty string while they are as the stored result read them.
 * 4. `postTasksExecution` calls `checkTaskInputs` (or `finishTasks` of `@millwright/artifacts`, which calls
 * it). It compares the records of restored results with this clone. If a result read something else, its
 * outputs are removed and its inputs are remembered, so that the same command then misses the cache.
 *
 * Therefore, a result is restored only under a hash that contains its inputs, or it is detected in the same
 * run.
 */
export interface TaskOutcome {
  readonly task: { readonly id: string; readonly outputs: readonly string[] };
  readonly status: string;
}

/** A restored result with inputs that differ in this clone. */
export interface StaleResult {
  readonly taskId: string;
  /** The differing inputs. */
  readonly inputs: readonly UndeclaredInput[];
}

/** Adds the current state to undeclared inputs. Executors pass the result to `formatInputsRecord`. */
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
 * Sets the variables of all tasks whose undeclared inputs this clone knows. For `preTasksExecution`.
 * @param prefix the prefix of the plugin's variables
 * @param env the environment in which inputs are read and variables are set, that is, the process's own
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
 * Returns the current states of the undeclared inputs, by the variable that {@link hashKnownInputs} sets for them and
 * by name. Used by `explain`.
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
    known = addKnownInputs(known, record);
    if (status === 'success') continue;
    const inputs = await changedInputs(record, { workspaceRoot, env, cache });
    if (inputs.length === 0) continue;
    stale.push({ taskId: task.id, inputs });
    for (const output of task.outputs) {
      await rm(resolve(workspaceRoot, output), { recursive: true, force: true });
    }
  }
  if (known !== before) writeWorkspaceState(workspaceRoot, formatOf(prefix), known);
  cache.save();
  return stale;
}

/** Returns the inputs of a record whose current state differs from the recorded one. */
export async function changedInputs(
  { inputs }: InputsRecord,
  places: InputPlaces,
): Promise<UndeclaredInput[]> {
  const present = await observeInputs(inputs, places);
  return inputs.filter(({ digest }, index) => present[index]?.digest !== digest);
}

/** Nx's statuses for a result that came from a cache, or stayed in place because it equals the cached one. */
const restored = new Set(['local-cache', 'local-cache-kept-existing', 'remote-cache']);

/**
 * Returns the record of a task. A task with several artifacts has the same record beside each. A task with
 * disabled features has none.
 */
function recordOf(workspaceRoot: string, outputs: readonly string[]): InputsRecord | undefined {
  for (const output of outputs) {
    const text = output.endsWith(inputsRecordEnding) ? readText(join(workspaceRoot, output)) : undefined;
    if (text !== undefined) return parseInputsRecord(text);
  }
  return undefined;
}

function recallInputs(workspaceRoot: string, prefix: string): KnownInputs {
  return readWorkspaceState(workspaceRoot, formatOf(prefix)) ?? {};
}

function formatOf(prefix: string) {
  return { name: `undeclared-inputs-${prefix.toLowerCase()}`, version: 1, schema: knownInputs };
}
