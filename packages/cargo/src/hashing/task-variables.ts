import { createHash } from 'node:crypto';
import { inputsVariable } from '@millwright/toolkit';
import type { Toolchain } from '../toolchain/locate.js';

/**
 * Environment variables through which the task hook passes its digests to Nx's hasher and to the tasks. Nx evaluates
 * `env` inputs in each invocation, with and without its daemon, and starts no process for them.
 */
export interface TaskVariables {
  /** Hashed: a digest of toolchain, linkers, configuration and environment. */
  readonly digest: string;
  /** Hashed by tasks that compile C code: a digest of the variables that only C compilers read. */
  readonly cDigest: string;
  /** Not hashed: the toolchain's paths as JSON. */
  readonly toolchain: string;
}

/** The prefix of this plugin's variables. */
export const variablePrefix = 'MILLWRIGHT_CARGO_';

/** Hashed: a digest of the undeclared inputs that earlier runs of a target read; see the toolkit's README. */
export function inputsVariableOf(projectRoot: string, target: string): string {
  return inputsVariable(`${variablePrefix}${shortDigest(`${projectRoot} ${target}`)}`);
}

/** Hashed: a digest of the toolchains named by `--toolchain` on the command line; empty if there are none. */
export const cliToolchainsVariable = 'MILLWRIGHT_CARGO_CLI_TOOLCHAINS';

/**
 * Hashed: a digest of everything that command-line options, such as `--features`, can add to the builds of a Cargo
 * workspace; empty if there are none.
 * @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace
 */
export function cliOverridesVariable(workspaceRoot: string): string {
  return `MILLWRIGHT_CARGO_${shortDigest(workspaceRoot)}_CLI_OVERRIDES`;
}

/**
 * Hashed by `resolve`: a digest of the system libraries that packages of a Cargo workspace link to; empty if there are
 * none.
 * @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace
 */
export function nativeVariable(workspaceRoot: string): string {
  return `MILLWRIGHT_CARGO_${shortDigest(workspaceRoot)}_NATIVE`;
}

/** Hashed: a digest of the toolchain in a target's option "toolchain". @param name the option's value */
export function ownToolchainVariable(name: string): string {
  return `MILLWRIGHT_CARGO_${shortDigest(name)}_OWN_TOOLCHAIN`;
}

/** @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace */
export function taskVariables(workspaceRoot: string, triple: string): TaskVariables {
  const stem =
    `MILLWRIGHT_CARGO_${shortDigest(workspaceRoot)}_${triple.replaceAll(/[^A-Za-z0-9]/g, '_')}`.toUpperCase();
  return { digest: `${stem}_DIGEST`, cDigest: `${stem}_C_DIGEST`, toolchain: `${stem}_TOOLCHAIN` };
}

/** Returns the toolchain that the task hook found; undefined if the hook did not run or found none. */
export function toolchainFromVariables(
  workspaceRoot: string,
  triple: string,
  env: Readonly<Record<string, string | undefined>>,
): Toolchain | undefined {
  const text = env[taskVariables(workspaceRoot, triple).toolchain];
  return text ? (JSON.parse(text) as Toolchain) : undefined;
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}

/** Not hashed: the platform and C library selected on the command line. */
export const selectionVariable = 'MILLWRIGHT_CARGO_SELECTION';

/** Variables that a task's own .env file may set; the digest covers those of the global environment. */
export const compilerVariables = ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'RUSTC_WRAPPER'];

/** Variables that affect the compilation of C code. */
export const cVariables = ['CC', 'CFLAGS'];
