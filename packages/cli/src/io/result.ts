import { MillwrightError, print, printError } from '@millwright/toolkit/core';

/** The exit codes. They are documented in the help and the README. */
export const exitCodes = { done: 0, notVerified: 1, failed: 2 } as const;

/** The result of a command, for the user and for programs. */
export interface Result {
  readonly exitCode: number;
  /** For the user. */
  readonly text: string;
  /** For programs, as one JSON object. */
  readonly data: object;
}

/** Prints the result of a command, and sets the exit code. */
export async function report(isJson: boolean, command: () => Promise<Result>): Promise<void> {
  try {
    const { exitCode, text, data } = await command();
    if (isJson) printJson(data);
    else print(text);
    process.exitCode = exitCode;
  } catch (error) {
    if (isJson) printJson({ error: errorData(error) });
    else printError(error);
    process.exitCode = exitCodes.failed;
  }
}

/**
 * Prints ASCII only, so that no character affects the terminal. Unlike text for the user, it is never
 * shortened.
 */
function printJson(data: object): void {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  console.log(JSON.stringify(data).replaceAll(/[\u007F-\uFFFF]/g, escaped));
}

function errorData(error: unknown): object {
  if (!(error instanceof MillwrightError)) return { code: 'INTERNAL', what: String(error) };
  const { code, what, location, why, remedy } = error;
  return { code, what, location, why, remedy };
}
