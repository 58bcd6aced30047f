import { createHash } from 'node:crypto';
import type { Toolchain } from './locate.js';

/**
 * The variables through which the hook that runs before all tasks tells Nx's hasher, and then the tasks,
 * what it found outside the repository. Nx evaluates an `env` input anew at each invocation, with its daemon
 * or without, and starts no process for it.
 */
export interface TaskVariables {
  /** Hashed: a digest of toolchain, linkers, configuration and environment. */
  readonly digest: string;
  /** Not hashed: the toolchain's paths as JSON. */
  readonly toolchain: string;
}

/** @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace */
export function taskVariables(workspaceRoot: string, triple: string): TaskVariables {
  const key = createHash('sha256').update(workspaceRoot).digest('hex').slice(0, 8);
  const stem = `MILLWRIGHT_CARGO_${key}_${triple.replaceAll(/[^A-Za-z0-9]/g, '_')}`.toUpperCase();
  return { digest: `${stem}_DIGEST`, toolchain: `${stem}_TOOLCHAIN` };
}

/** The toolchain that the hook found for this invocation; undefined where it did not run or found none. */
export function toolchainFromVariables(
  workspaceRoot: string,
  triple: string,
  env: Readonly<Record<string, string | undefined>>,
): Toolchain | undefined {
  const text = env[taskVariables(workspaceRoot, triple).toolchain];
  return text ? (JSON.parse(text) as Toolchain) : undefined;
}
