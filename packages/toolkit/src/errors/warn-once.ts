import { printable } from '../text/printable.js';

const said = new Set<string>();

/** Prints a warning to standard error, where it disturbs no output that programs read, once in a process. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.error(`warning: ${printable(message)}`);
}
