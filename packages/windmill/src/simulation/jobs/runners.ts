import type { Json, JsonObject } from '../../client/json.js';

/** The code of a job: a deployed script, a preview, or a step of a flow. */
export interface Code {
  readonly path: string | undefined;
  readonly language: string;
  readonly content: string;
}

/** What a function may use while it stands for a script. */
export interface RunContext {
  readonly code: Code;
  readonly jobId: string;
  /** The id of the workspace. */
  readonly workspace: string;
  /** Aborted when the job is canceled or takes too long. */
  readonly signal: AbortSignal;
  /** Appends text to the job's log. */
  readonly log: (text: string) => void;
  /** Waits in the simulation's time. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/**
 * A function that stands for a script. What it returns passes through JSON, as a script's result would; what it throws becomes
 * the error in the job's result.
 */
export type ScriptFunction = (args: JsonObject, context: RunContext) => unknown;

/** Thrown by runners of programs that exit with another status than 0. */
export class ExitError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
    this.name = 'ExecutionErr';
  }
}

/** Thrown by runners of programs that stored their error, as Windmill's wrappers do. */
export class ScriptError extends Error {
  constructor(readonly stored: { readonly name: string; readonly message: string; readonly stack: string }) {
    super(stored.message);
    this.name = stored.name;
  }
}

export interface Runners {
  /** Functions by the path of the script that they stand for. */
  readonly scripts?: Readonly<Record<string, ScriptFunction>>;
  /** Functions for all other code of a language. */
  readonly languages?: Readonly<Record<string, ScriptFunction>>;
}

/** The function for some code: that of its path, then that of its language, then one that fails with what to do. */
export function runnerFor(runners: Runners, code: Code): ScriptFunction {
  const own = code.path === undefined ? undefined : runners.scripts?.[code.path];
  return (
    own ??
    runners.languages?.[code.language] ??
    (() => {
      const name = code.path === undefined ? `the language ${code.language}` : `the script ${code.path}`;
      const error = new Error(
        `the simulation has no function for ${name}: pass one in \`scripts\` or \`languages\`, or allow execution`,
      );
      error.name = 'SimulationUnsupported';
      throw error;
    })
  );
}

/** A value as JSON would return it: `undefined` becomes null. */
export function throughJson(value: unknown): Json {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as Json);
}
