import { join } from 'node:path';
import type { Environment } from '@millwright/toolkit';

/** cargo's home folder (Cargo reference, "Cargo Home"). */
export function cargoHomeOf(env: Environment, home: string): string {
  return env.CARGO_HOME ?? join(env.HOME ?? home, '.cargo');
}
