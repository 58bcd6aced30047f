import { formatError } from '../errors/errors.js';

/** Runs an executor's work and prints what goes wrong as the three short lines; `--verbose` shows the rest. */
export async function runExecutor(work: () => Promise<boolean>): Promise<{ success: boolean }> {
  try {
    return { success: await work() };
  } catch (error) {
    console.error(formatError(error, isVerbose()));
    return { success: false };
  }
}

/** Whether the user asked for all output. Nx tells the processes of tasks by a variable, not by the flag itself. */
export function isVerbose(): boolean {
  return process.env.NX_VERBOSE_LOGGING === 'true' || process.argv.includes('--verbose');
}
