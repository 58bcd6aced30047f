import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { identify, type ProcessIdentity } from './process-identity.js';

/** A process that cleans up after this one. */
export interface Reaper {
  readonly process: ProcessIdentity;
  /** Its other end closes when this process ends, even by `kill -9`. Lines written to it reach the reaper. */
  readonly pipe: Writable;
}

/**
 * Starts a reaper: a Node script in a session of its own, so that what kills this process and its
 * descendants does not kill it. The script calls `becomeReaper` first.
 * @param config the script's only argument, as JSON
 * @throws Error with the reason if the process does not start
 */
export async function startReaper(
  script: string,
  config: object,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Reaper> {
  const starter = spawn(process.execPath, [script, JSON.stringify(config)], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    env: environment,
  });
  const pipe = starter.stdio[3] as Writable;
  // Writing to an ended reaper fails. Its owner finds out by `isRunning`.
  pipe.on('error', () => undefined);
  const pid = await new Promise<number>((resolve, reject) => {
    let text = '';
    starter.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    starter.once('error', reject);
    // Waits for the stream and not for the process, because the reaper inherits the other pipe.
    starter.stdout?.once('close', () => {
      resolve(Number(text));
    });
  });
  starter.unref();
  const reaper = pid > 0 ? identify(pid) : undefined;
  if (reaper === undefined) throw new Error('it exited immediately');
  return { process: reaper, pipe };
}
