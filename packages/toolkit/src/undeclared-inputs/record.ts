import { z } from 'zod';

/**
 * The version of the record's format and of the rules for its digests. It is part of the variable's name,
 * and therefore of the task's hash, so that a version of this package never uses records of another
 * version.
 */
const version = 1;

export const undeclaredInput = z.strictObject({
  /**
   * `path`: a file, or a folder with its contents. `names`: the names in a folder. `variable`: an
   * environment variable. `git`: commit, branch and tags of a repository. `git-changes`: whether the work
   * tree of that repository is clean.
   */
  kind: z.enum(['path', 'names', 'variable', 'git', 'git-changes']),
  /** The name of a variable, or a path, relative to the Nx workspace or absolute if it is outside. */
  name: z.string().min(1),
  /** Null for a path that does not exist, or a variable that is not set. */
  digest: z.string().nullable(),
});

const inputsRecord = z.strictObject({
  version: z.literal(version),
  /** The environment variable in the task's inputs: see {@link inputsVariable}. */
  variable: z.string().min(1),
  /** The value of that variable in the hash under which the result is stored. */
  under: z.string(),
  /** Empty if everything that was read is declared. */
  inputs: z.array(undeclaredInput),
});

/** An undeclared input of a task, in the state in which the task read it. */
export type UndeclaredInput = Readonly<z.output<typeof undeclaredInput>>;

/** An undeclared input without its state. */
export type UndeclaredName = Pick<UndeclaredInput, 'kind' | 'name'>;

/** All undeclared inputs of a result. */
export interface InputsRecord {
  readonly variable: string;
  readonly under: string;
  readonly inputs: readonly UndeclaredInput[];
}

/** Formats an `.inputs.json` file. The text does not depend on the order of the inputs. */
export function formatInputsRecord({ variable, under, inputs }: InputsRecord): string {
  const byKey = new Map(inputs.map((input) => [keyOf(input), input]));
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input);
  return `${JSON.stringify({ version, variable, under, inputs: sorted }, null, 2)}\n`;
}

/** Parses an `.inputs.json` file. Undefined if it is damaged or of another version. */
export function parseInputsRecord(text: string): InputsRecord | undefined {
  try {
    return inputsRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A digest that no file has, so that the result is never used again. */
const edited = 'edited while the task ran';

/**
 * Adds the files that were edited between the hash of a task and its end to its inputs, so that its result
 * is not used again.
 * @param files relative to the Nx workspace, or absolute if they are outside
 */
export function editedInputs(
  inputs: readonly UndeclaredInput[],
  files: readonly string[],
): UndeclaredInput[] {
  const among = new Set(files);
  const others = inputs.filter(({ kind, name }) => kind !== 'path' || !among.has(name));
  return [...others, ...files.map((name) => ({ kind: 'path' as const, name, digest: edited }))];
}

/** Returns a key for an input, regardless of its state. */
export function keyOf({ kind, name }: UndeclaredName): string {
  return `${kind} ${name}`;
}

/**
 * Returns the name of a task's variable. @param stem the plugin's prefix and a key of the task:
 * `MILLWRIGHT_GO_1F`
 */
export function inputsVariable(stem: string): string {
  return `${stem}_INPUTS_${version}`;
}
