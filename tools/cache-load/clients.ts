import { Worker } from 'node:worker_threads';
import type { ThreadResult, ThreadTask } from './client-thread.ts';

const threads = 4;

/** What clients did together. */
export interface Load {
  readonly seconds: number;
  readonly bytes: number;
  /** The SHA-256 of each entry that was written, in the order of the URLs. */
  readonly digests: readonly string[];
}

/**
 * Lets clients read URLs, or write entries to them, in several threads.
 * @throws Error with the first request that is not answered with 200
 */
export async function runClients(task: ThreadTask): Promise<Load> {
  const { clients, urls } = task;
  const started = performance.now();
  const perThread = Math.ceil(urls.length / threads);
  const results = await Promise.all(
    Array.from({ length: threads }, (_, thread) =>
      runThread({
        ...task,
        clients: Math.ceil(clients / threads),
        urls: urls.slice(thread * perThread, (thread + 1) * perThread),
      }),
    ),
  );
  return {
    seconds: (performance.now() - started) / 1000,
    bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
    digests: results.flatMap(({ digests }) => digests),
  };
}

async function runThread(workerData: ThreadTask): Promise<ThreadResult> {
  const worker = new Worker(new URL('./client-thread.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`a thread of clients ended with ${code}`));
    });
  });
}
