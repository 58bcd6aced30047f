import { join } from 'node:path';
import { type Environment, homeFolder, type MillwrightError, variableOf } from '@millwright/toolkit';
import { cargoError } from '../errors.js';

/** Returns cargo's home folder (Cargo reference, "Cargo Home"). */
export function cargoHomeOf(env: Environment): string {
  const named = variableOf(env, 'CARGO_HOME') ?? '';
  return named === '' ? join(homeFolder(env), '.cargo') : named;
}

/** cargo's messages about a missing home folder or one that is not writable. */
const unusableHomePattern =
  /couldn't find your home directory|failed to acquire package cache lock[^]*?failed to (?:open|create)[^\n]*(?:[^]*?failed to create directory[^\n]*)?/;

/**
 * Returns the error if cargo failed because it has no writable home folder; undefined otherwise.
 * @param log cargo's output
 */
export function cargoHomeError(log: string): MillwrightError | undefined {
  const [message] = unusableHomePattern.exec(log) ?? [];
  if (message === undefined) return undefined;
  return cargoError('CARGO_HOME_UNUSABLE', {
    what: 'cargo cannot use its home directory',
    why: message.split('\n').at(-1)?.trim() ?? message,
    output: log,
  });
}
