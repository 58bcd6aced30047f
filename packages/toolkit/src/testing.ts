import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The part of vitest's `describe` that is used, so that this package does not depend on vitest. */
interface Describe {
  (name: string, body: () => void): unknown;
  skip(name: string, body: () => void): unknown;
}

/**
 * Declares a suite that requires programs. If one is missing, the suite is skipped and its name lists what
 * is missing. In CI (environment variable `CI`), a missing program is an error.
 */
export function describeWithTool(
  describe: Describe,
  tools: readonly string[],
  name: string,
  body: () => void,
): void {
  const missing = tools.filter((tool) => !isOnPath(tool));
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  if (process.env.CI) throw new Error(`${name}: ${missing.join(', ')} must be installed in CI`);
  describe.skip(`${name} (for want of ${missing.join(', ')})`, body);
}

function isOnPath(tool: string): boolean {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => endings.map((ending) => join(folder, tool + ending)))
    .some((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
