import type { MillwrightError } from './errors.js';
import { formatWarning, hasColour } from './format.js';

const printed = new Set<string>();

/** Prints a warning to standard error, once per process. */
export function warnOnce(warning: MillwrightError): void {
  const key = `${warning.message}\n${warning.why}`;
  if (printed.has(key)) return;
  printed.add(key);
  console.error(formatWarning(warning, { colour: hasColour(process.env, process.stderr.isTTY) }));
}
