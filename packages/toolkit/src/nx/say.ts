import { printable } from '../text/printable.js';

/**
 * Prints something while a graph is made or a hook runs. Through Nx, since the process of a plugin has no terminal of its
 * own. What hooks print in the daemon, Nx does not pass on.
 * @param level `log` goes to standard output, `warn` to standard error
 */
export async function say(level: 'log' | 'warn', text: string): Promise<void> {
  const { emitPluginWorkerLog } = await import('@nx/devkit/internal');
  emitPluginWorkerLog(level, printable(text));
}
