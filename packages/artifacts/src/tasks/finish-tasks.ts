import {
  checkTaskInputs,
  formatError,
  type MillwrightError,
  type StaleResult,
  type TaskOutcome,
  type UndeclaredInput,
} from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { type Checksum, refreshChecksums } from '../checksums/checksums.js';

/**
 * Runs after all tasks of a run: removes restored results that are stale in this clone, and updates
 * `checksums.json` for artifacts that Nx restored.
 * @param prefix the prefix of the plugin's variables
 * @returns the updated entries of `checksums.json`
 * @throws Error with the text of CACHE_ENTRY_STALE, which Nx prints before it fails
 */
export async function finishTasks(
  workspaceRoot: string,
  prefix: string,
  outcomes: Iterable<TaskOutcome>,
): Promise<readonly Checksum[]> {
  const stale = await checkTaskInputs(workspaceRoot, prefix, outcomes, process.env);
  const checksums = await refreshChecksums(workspaceRoot);
  // Nx prints only the message, so it must contain everything.
  if (stale.length > 0) throw new Error(formatError(staleResults(stale)));
  return checksums;
}

function staleResults(stale: readonly StaleResult[]): MillwrightError {
  const each = stale.map(({ taskId, inputs }) => `${taskId} (${inputs.map(nameOfInput).join(', ')})`);
  return artifactError('CACHE_ENTRY_STALE', {
    what: `results restored from the cache do not match this checkout, and were removed: ${each.join('; ')}`,
    why: 'the results were built from the inputs shown in parentheses, which differ in this checkout; Nx did not hash these inputs, because the tasks do not declare them',
  });
}

/** Returns the name of an input for messages. */
export function nameOfInput({ kind, name }: UndeclaredInput): string {
  if (kind === 'path') return name;
  if (kind === 'names') return `the names in ${name}`;
  if (kind === 'variable') return `the variable ${name}`;
  const repository = name === '.' ? 'this repository' : name;
  return kind === 'git' ? `the commit, branch or tags of ${repository}` : `the work tree of ${repository}`;
}
