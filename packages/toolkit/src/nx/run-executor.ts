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

/**
 * Returns true if the user requested verbose output. Nx passes this to tasks in a variable and not as the
 * flag.
 */
export function isVerbose(): boolean {
  return process.env.NX_VERBOSE_LOGGING === 'true' || process.argv.includes('--verbose');
}
