import { printable } from './printable.js';

/*
 * What this family itself says goes through here, since it names files, projects and values that others chose. The output of
 * programs that a person asked for (cargo, go, tests) is theirs, and is passed on as it is.
 */

/** Prints a text to standard output. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints a text to standard error. */
export function printNote(text: string): void {
  console.error(printable(text));
}
