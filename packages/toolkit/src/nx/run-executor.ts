import { printError } from '../errors/format.js';

/** Runs an executor's work and prints its errors; `--verbose` adds the output of the process that failed. */
export async function runExecutor(work: () => Promise<boolean>): Promise<{ success: boolean }> {
  try {
    return { success: await work() };
  } catch (error) {
    printError(error, isVerbose());
    return { success: false };
  }
}

/** Whether the user asked for all output. Nx tells the processes of tasks by a variable, not by the flag itself. */
export function isVerbose(): boolean {
  return process.env.NX_VERBOSE_LOGGING === 'true' || process.argv.includes('--verbose');
}
