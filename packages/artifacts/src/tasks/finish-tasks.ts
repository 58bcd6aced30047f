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
 * What a plugin does after all tasks of a run: it takes back results that Nx restored although they do not fit this
 * clone, and brings `checksums.json` up to date with what Nx restored.
 * @param prefix what the names of the plugin's variables begin with
 * @returns what `checksums.json` lists then
 * @throws Error with the text of CACHE_ENTRY_STALE, which Nx prints; Nx then fails
 */
export async function finishTasks(
  workspaceRoot: string,
  prefix: string,
  outcomes: Iterable<TaskOutcome>,
): Promise<readonly Checksum[]> {
  const stale = await checkTaskInputs(workspaceRoot, prefix, outcomes, process.env);
  const checksums = await refreshChecksums(workspaceRoot);
  // Nx prints the message alone, so it has to hold all that there is to say.
  if (stale.length > 0) throw new Error(formatError(staleResults(stale)));
  return checksums;
}

function staleResults(stale: readonly StaleResult[]): MillwrightError {
  const each = stale.map(({ taskId, inputs }) => `${taskId} (${inputs.map(nameOfInput).join(', ')})`);
  return artifactError('CACHE_ENTRY_STALE', {
    what: `the cache returned results that were built from inputs that differ in this checkout: ${each.join('; ')}`,
    why: 'the tasks do not declare these inputs, so the hash did not contain them; the restored files were removed',
    remedy:
      'run the same command again: the hash now contains these inputs; tasks of this run that used the removed files run again too',
  });
}

/** An input as messages name it. */
export function nameOfInput({ kind, name }: UndeclaredInput): string {
  if (kind === 'path') return name;
  if (kind === 'names') return `the names in ${name}`;
  if (kind === 'variable') return `the variable ${name}`;
  const repository = name === '.' ? 'this repository' : name;
  return kind === 'git' ? `the commit, branch or tags of ${repository}` : `the work tree of ${repository}`;
}
