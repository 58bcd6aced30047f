import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks at the parent; after it is gone, so much is left to end by other means. */
const interval = 1_000;

/**
 * Ends this process once its parent is gone. Nx tells its plugin workers by a socket, which a worker that is held up by
 * its work never reads, so that a thread of its own looks. It has nothing to do outside of such a worker.
 * @param isWorker whether this process is a plugin worker of Nx
 */
export function endWithParent(isWorker = 'NX_PLUGIN_WORKER' in globalThis): void {
  if (!isWorker) return;
  // Nx waits for the plugin to be loaded, and has other things to do afterwards.
  setImmediate(() => {
    new Worker(watch, {
      eval: true,
      workerData: { parent: process.ppid, interval },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    }).unref();
  });
}

/** Another parent has taken the process over where its own is gone, but on Windows. */
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
