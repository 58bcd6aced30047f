import { printable } from '../text/printable.js';

/**
 * Prints a message while a graph is computed or a hook runs. Uses Nx, because the process of a plugin has
 * no terminal. Nx does not show messages of hooks that run in the daemon.
 * @param level `log` prints to standard output, `warn` to standard error
 */
export async function logToNx(level: 'log' | 'warn', text: string): Promise<void> {
  const { emitPluginWorkerLog } = await import('@nx/devkit/internal');
  emitPluginWorkerLog(level, printable(text));
}
