import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type InputsRecord, keyOf, undeclaredInput, type UndeclaredName } from './record.js';

/** An undeclared input of results that this clone has seen. */
const knownInput = undeclaredInput.omit({ digest: true }).extend({
  /** The states in which results read it. More than one if they disagree. */
  digests: z.array(z.string().nullable()).readonly(),
});

type KnownInput = Readonly<z.output<typeof knownInput>>;

/** The inputs of stored results, by the value of the task's variable under which they are stored. */
const taskInputs = z.record(z.string(), z.array(knownInput).readonly());

export type TaskInputs = Readonly<z.output<typeof taskInputs>>;

/** By the name of the task's variable. */
export const knownInputs = z.record(z.string(), taskInputs);

export type KnownInputs = Readonly<Record<string, TaskInputs>>;

/** Returns the current digest of an input. */
export type PresentState = (input: UndeclaredName) => string | null;

/** More states than a user switches between. A task that reads a clock would add one at each run. */
const valuesKept = 100;

/**
 * Computes the current value of a task's variable. A result stored under a value read its undeclared inputs
 * in certain states. While the states are the same, the value stays valid, so that the first result, which
 * was stored before any input was known, is found again. Otherwise, the current states determine the next
 * value, which may be that of an earlier result.
 */
export function hashedValue(known: TaskInputs, present: PresentState): string {
  let value = '';
  for (;;) {
    const inputs = known[value];
    if (inputs === undefined || inputs.every((input) => matches(input, present(input)))) return value;
    const hash = createHash('sha256').update(value);
    for (const input of inputs) hash.update(`\0${keyOf(input)}\0${JSON.stringify(present(input))}`);
    value = hash.digest('hex');
  }
}

/**
 * Results that disagree about an input share a value that cannot distinguish them, so it is valid for none
 * of them.
 */
function matches({ digests }: KnownInput, present: string | null): boolean {
  return digests.length === 1 && digests[0] === present;
}

/** Adds the inputs of a new or restored result. Returns the same object if they are already known. */
export function addKnownInputs(known: KnownInputs, { variable, under, inputs }: InputsRecord): KnownInputs {
  const task = known[variable] ?? {};
  const byKey = new Map((task[under] ?? []).map((input) => [keyOf(input), input]));
  let changed = false;
  for (const { kind, name, digest } of inputs) {
    const before = byKey.get(keyOf({ kind, name }))?.digests ?? [];
    if (before.includes(digest)) continue;
    byKey.set(keyOf({ kind, name }), { kind, name, digests: [...before, digest] });
    changed = true;
  }
  if (!changed) return known;
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input);
  const others = Object.entries(task).filter(([value]) => value !== under);
  const kept = others.slice(-valuesKept);
  return { ...known, [variable]: Object.fromEntries([...kept, [under, sorted]]) };
}

/** Returns the distinct inputs of all results. */
export function inputsIn(known: KnownInputs): UndeclaredName[] {
  const all = Object.values(known).flatMap((task) => Object.values(task).flat());
  return [...new Map(all.map((input) => [keyOf(input), input])).values()];
}
