import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** A suite that needs programs: skipped, by its name, where one is missing, but not in CI. */
export function describeWith(programs: readonly string[], name: string, suite: () => void): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  const isSkipped = missing.length > 0 && process.env.CI === undefined;
  describe.skipIf(isSkipped)(isSkipped ? `${name} (needs ${missing.join(', ')})` : name, suite);
}
