import { formatError } from './errors.js';

/** Runs an executor's work and prints what goes wrong as the three short lines; `--verbose` shows the rest. */
export async function runExecutor(work: () => Promise<boolean>): Promise<{ success: boolean }> {
  try {
    return { success: await work() };
  } catch (error) {
    console.error(formatError(error, process.argv.includes('--verbose')));
    return { success: false };
  }
}
