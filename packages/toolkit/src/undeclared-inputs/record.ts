import { z } from 'zod';

/** The ending of the file beside an artifact, or of the file in a task's outputs, that holds an {@link InputsRecord}. */
export const inputsRecordEnding = '.inputs.json';

/**
 * The version of the record's form, and of the rules by which its digests are made. It is part of the variable's
 * name and through it of the task's hash, so that no version of this package is given the records of another.
 */
const version = 1;

export const undeclaredInput = z.strictObject({
  /**
   * `path`: a file or a folder with all that it holds. `names`: the names of what a folder holds. `variable`: an
   * environment variable. `git`: commit, branch and tags of a repository. `git-changes`: whether that repository's work
   * tree is clean.
   */
  kind: z.enum(['path', 'names', 'variable', 'git', 'git-changes']),
  /** A variable's name; otherwise a path, relative to the Nx workspace, or absolute where it lies elsewhere. */
  name: z.string().min(1),
  /** Null for a path that does not exist and a variable that is not set. */
  digest: z.string().nullable(),
});

const inputsRecord = z.strictObject({
  version: z.literal(version),
  /** The environment variable in the task's inputs: see {@link inputsVariable}. */
  variable: z.string().min(1),
  /** The value of that variable in the hash that the result is stored under. */
  under: z.string(),
  /** Empty where everything that was read is declared. */
  inputs: z.array(undeclaredInput),
});

/** Something that a task read and does not declare, as it was when the task read it. */
export type UndeclaredInput = Readonly<z.output<typeof undeclaredInput>>;

/** What was read, without the state in which it was. */
export type UndeclaredName = Pick<UndeclaredInput, 'kind' | 'name'>;

/** Everything that one result was made from and that its task does not declare. */
export interface InputsRecord {
  readonly variable: string;
  readonly under: string;
  readonly inputs: readonly UndeclaredInput[];
}

/** The text of an `.inputs.json` file: the same for the same record, in whatever order its inputs are given. */
export function formatInputsRecord({ variable, under, inputs }: InputsRecord): string {
  const byKey = new Map(inputs.map((input) => [keyOf(input), input]));
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input);
  return `${JSON.stringify({ version, variable, under, inputs: sorted }, null, 2)}\n`;
}

/** Reads an `.inputs.json` file; undefined where it is damaged or of another version. */
export function parseInputsRecord(text: string): InputsRecord | undefined {
  try {
    return inputsRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Stands for a state that nobody knows: that of no file, so that the result fits nowhere. */
const edited = 'edited while the task ran';

/**
 * Adds files that were edited between the hash of a task and its end to what it read, so that its result is not used again.
 * @param files relative to the Nx workspace, or absolute where they lie elsewhere
 */
export function editedInputs(
  inputs: readonly UndeclaredInput[],
  files: readonly string[],
): UndeclaredInput[] {
  const among = new Set(files);
  const others = inputs.filter(({ kind, name }) => kind !== 'path' || !among.has(name));
  return [...others, ...files.map((name) => ({ kind: 'path' as const, name, digest: edited }))];
}

/** Tells inputs apart, whatever their state. */
export function keyOf({ kind, name }: UndeclaredName): string {
  return `${kind} ${name}`;
}

/** The name of a task's variable. @param stem the plugin's prefix and what tells the task apart: `MILLWRIGHT_GO_1F` */
export function inputsVariable(stem: string): string {
  return `${stem}_INPUTS_${version}`;
}
