import { createHash } from 'node:crypto';
import { inputsVariable } from '@millwright/toolkit';
import type { Toolchain } from '../toolchain/locate.js';

/**
 * The variables through which the hook that runs before all tasks tells Nx's hasher, and then the tasks,
 * what it found outside the repository. Nx evaluates an `env` input anew at each invocation, with its daemon
 * or without, and starts no process for it.
 */
export interface TaskVariables {
  /** Hashed: a digest of toolchain, linkers, configuration and environment. */
  readonly digest: string;
  /** Hashed where C code is compiled: a digest of the variables that C compilers alone read. */
  readonly cDigest: string;
  /** Not hashed: the toolchain's paths as JSON. */
  readonly toolchain: string;
}

/** What the names of this plugin's variables begin with. */
export const variablePrefix = 'MILLWRIGHT_CARGO_';

/** Hashed: stands for what a target's results read and the target does not declare; see the toolkit's README. */
export function inputsVariableOf(projectRoot: string, target: string): string {
  return inputsVariable(`${variablePrefix}${keyOf(`${projectRoot} ${target}`)}`);
}

/** Hashed: a digest of the toolchains that options on Nx's command line name; empty where none does. */
export const cliToolchainsVariable = 'MILLWRIGHT_CARGO_GIVEN_TOOLCHAINS';

/**
 * Hashed: a digest of all that options on Nx's command line, such as `--features`, may bring into the builds of a
 * Cargo workspace; empty where there are none.
 * @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace
 */
export function cliOverridesVariable(workspaceRoot: string): string {
  return `MILLWRIGHT_CARGO_${keyOf(workspaceRoot)}_GIVEN`;
}

/**
 * Hashed by `resolve`: a digest of the machine's libraries that packages of a Cargo workspace link to; empty where
 * there are none.
 * @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace
 */
export function nativeVariable(workspaceRoot: string): string {
  return `MILLWRIGHT_CARGO_${keyOf(workspaceRoot)}_NATIVE`;
}

/** Hashed: a digest of the toolchain that a target's own option names. @param name as the option has it */
export function ownToolchainVariable(name: string): string {
  return `MILLWRIGHT_CARGO_${keyOf(name)}_OWN_TOOLCHAIN`;
}

/** @param workspaceRoot the Cargo workspace's folder, relative to the Nx workspace */
export function taskVariables(workspaceRoot: string, triple: string): TaskVariables {
  const stem =
    `MILLWRIGHT_CARGO_${keyOf(workspaceRoot)}_${triple.replaceAll(/[^A-Za-z0-9]/g, '_')}`.toUpperCase();
  return { digest: `${stem}_DIGEST`, cDigest: `${stem}_C_DIGEST`, toolchain: `${stem}_TOOLCHAIN` };
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

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}

/** Not hashed: the platform and C library that the command line asks for. */
export const selectionVariable = 'MILLWRIGHT_CARGO_SELECTION';

/** Variables that a task's own .env file may set; those of the whole environment are in the digest. */
export const compilerVariables = ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'RUSTC_WRAPPER'];

/** Those that matter where C code is compiled. */
export const cVariables = ['CC', 'CFLAGS'];
