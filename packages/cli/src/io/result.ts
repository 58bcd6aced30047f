import type { CommanderError } from 'commander';
import { closest, MillwrightError, print, printError } from '@millwright/toolkit/core';
import { commandError } from '../errors.js';

/** The exit codes. They are documented in the help and the README. */
export const exitCodes = { done: 0, notVerified: 1, failed: 2 } as const;

/** The result of a command, for the user and for programs. */
export interface Result {
  readonly exitCode: number;
  /** For the user. Empty if everything is printed. */
  readonly text: string;
  /** Whether programs read the text, so that long lines are not shortened. It must have no control characters. */
  readonly isExact?: boolean;
  /** For programs, as one JSON object. */
  readonly data: object;
}

/** Prints the result of a command, and sets the exit code. */
export async function report(isJson: boolean, command: () => Promise<Result>): Promise<void> {
  try {
    const { exitCode, text, isExact = false, data } = await command();
    if (isJson) printJson(data);
    else if (isExact && text !== '') console.log(text);
    else if (text !== '') print(text);
    process.exitCode = exitCode;
  } catch (error) {
    if (isJson) printJson({ error: errorData(error) });
    else printError(error);
    process.exitCode = exitCodes.failed;
  }
}

/**
 * Prints that the command line is wrong, and sets the exit code.
 * @param words of the command line
 */
export function reportUsage(words: readonly string[], { code, message }: CommanderError): void {
  const isJson = words.includes('--json');
  process.exitCode = exitCodes.failed;
  // The help is already complete.
  if (code === 'commander.help' && !isJson) return;
  const why = message.replace(/^error: /, '').replace(/\n\((.*)\)$/, '. $1');
  const error = commandError('COMMAND_USAGE', {
    what: 'invalid command line',
    why: code === 'commander.help' ? 'no command was given' : why + misspelt(words, why),
  });
  if (isJson) printJson({ error: errorData(error) });
  else printError(error);
}

/** commander reports missing options before unknown ones. */
function misspelt(words: readonly string[], why: string): string {
  const [, missing] = /^required option '(--[\w-]+)/.exec(why) ?? [];
  const word = words
    .map((one) => one.split('=', 1)[0] ?? one)
    .find((one) => one.startsWith('--') && missing !== undefined && closest(one, [missing]) === missing);
  return word === undefined ? '' : `, and unknown option '${word}'. Did you mean ${missing}?`;
}

/** Standard output cannot be written: a reader that has seen enough is no failure, a full disk is one. */
export function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  printError(
    commandError('COMMAND_FILE_NOT_WRITABLE', {
      what: 'cannot write to standard output',
      why: error.message,
      remedy: 'check where standard output is redirected to, and whether that disk is full',
    }),
  );
  process.exitCode = exitCodes.failed;
}

/**
 * Prints an object whose fields are always there: null where a value is not known. Prints ASCII only, so that no
 * character affects the terminal. Unlike text for the user, it is never shortened.
 */
function printJson(data: object): void {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  console.log(
    JSON.stringify(data, (_, value: unknown) => (value === undefined ? null : value)).replaceAll(
      /[\u007F-\uFFFF]/g,
      escaped,
    ),
  );
}

function errorData(error: unknown): object {
  if (!(error instanceof MillwrightError)) return { code: 'INTERNAL', what: String(error) };
  const { code, what, location, why, remedy } = error;
  return { code, what, location, why, remedy };
}
