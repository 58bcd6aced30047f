import { join } from 'node:path';
import { type Environment, homeFolder, type MillwrightError, variableOf } from '@millwright/toolkit';
import { cargoError } from '../errors.js';

/** cargo's home folder (Cargo reference, "Cargo Home"). */
export function cargoHomeOf(env: Environment): string {
  const named = variableOf(env, 'CARGO_HOME') ?? '';
  return named === '' ? join(homeFolder(env), '.cargo') : named;
}

/** The words in which cargo says that it has no home folder, or one that it cannot write to. */
const unusable =
  /couldn't find your home directory|failed to acquire package cache lock[^]*?failed to (?:open|create)[^\n]*(?:[^]*?failed to create directory[^\n]*)?/;

/**
 * The error for a cargo that failed for want of a home folder, as for a user without one; undefined for others.
 * @param log what cargo said
 */
export function cargoHomeError(log: string): MillwrightError | undefined {
  const [words] = unusable.exec(log) ?? [];
  if (words === undefined) return undefined;
  return cargoError('CARGO_HOME_UNUSABLE', {
    what: 'cargo has no folder for its caches',
    why: words.split('\n').at(-1)?.trim() ?? words,
    output: log,
  });
}
