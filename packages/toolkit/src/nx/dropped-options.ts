import { toolkitError } from '../errors.js';
import { nxRun, shellWord } from '../text/shell-word.js';
import { plainOption } from '../options/option-name.js';
import type { NxCommand } from './nx-command.js';

/**
 * Rejects options before `--`, which Nx drops.
 * @param options the executors' options that Nx does not have itself
 * @param task the task that they are meant for, for example `app:build`
 * @throws MillwrightError OPTION_NOT_PASSED
 */
export function rejectOptionsBeforeSeparator(
  { beforeSeparator, afterSeparator }: NxCommand,
  options: Iterable<string>,
  task: string,
): void {
  if (afterSeparator === undefined) return;
  const ownOptions = new Set([...options].map(plainOption));
  const dropped = beforeSeparator.find((arg) => /^--[^-]/.test(arg) && ownOptions.has(plainOption(arg)));
  if (dropped === undefined) return;
  throw toolkitError('OPTION_NOT_PASSED', {
    what: `${dropped} does not reach ${task}`,
    why: 'if the command contains `--`, Nx only passes the arguments after it',
    remedy: task.endsWith(':run')
      ? `${nxRun(task)} ${shellWord(dropped)} --args=<argument>; repeat --args for each argument`
      : `${nxRun(task)} ${shellWord(dropped)}, without \`--\``,
  });
}
