import { printable } from './printable.js';

/*
 * All messages of Millwright are printed through this module, because they contain names and values chosen by others. The
 * output of programs that the user runs (cargo, go, tests) is passed on unchanged.
 */

/** Prints a text to standard output. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints a text to standard error. */
export function printNote(text: string): void {
  console.error(printable(text));
}
