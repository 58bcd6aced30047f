import { Worker } from 'node:worker_threads';

/** Milliseconds between checks of the parent, and between its end and the forced end of this process. */
const interval = 1_000;

/**
 * Ends this process once its parent is gone. Nx signals its plugin workers through a socket, which a
 * blocked worker never reads, so a separate thread checks. Has no effect outside such a worker.
 * @param isWorker true if this process is a plugin worker of Nx
 */
export function endWithParent(isWorker = 'NX_PLUGIN_WORKER' in globalThis): void {
  if (!isWorker) return;
  // Nx waits until the plugin is loaded, so the thread is started afterwards.
  setImmediate(() => {
    new Worker(watch, {
      eval: true,
      workerData: { parent: process.ppid, interval },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    }).unref();
  });
}

/** If the parent is gone, the process gets another parent, except on Windows. */
const watch = `
  const { workerData: { parent, interval } } = require('node:worker_threads');
  const isGone = () => {
    if (process.ppid !== parent) return true;
    try {
      process.kill(parent, 0);
      return false;
    } catch (error) {
      return error.code === 'ESRCH';
    }
  };
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), interval);
  }, interval);`;
