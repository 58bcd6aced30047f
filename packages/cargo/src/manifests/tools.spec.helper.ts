import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/**
 * Declares a suite that requires programs. Outside CI, it is skipped if one is missing, and its name lists the
 * missing ones.
 */
export function describeWith(programs: readonly string[], name: string, suite: () => void): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  const isSkipped = missing.length > 0 && process.env.CI === undefined;
  describe.skipIf(isSkipped)(isSkipped ? `${name} (needs ${missing.join(', ')})` : name, suite);
}
