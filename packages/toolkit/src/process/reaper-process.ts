import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Not standard input: Node closes that when the first of the two processes ends, but not further pipes. */
const pipe = 3;

/**
 * Makes the script that `startReaper` runs a reaper: starts it again, so that it is not a descendant of the
 * owner, and ignores signals. Returns only in the second process.
 * @param onLine called for each line that the owner writes
 * @returns a promise that resolves when the owner closes the pipe or is gone
 */
export function becomeReaper(onLine: (line: string) => void): Promise<void> {
  if (process.env.MILLWRIGHT_REAPER === undefined) {
    const child = spawn(process.execPath, process.argv.slice(1), {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', pipe],
      env: { ...process.env, MILLWRIGHT_REAPER: '1' },
    });
    process.stdout.write(`${child.pid ?? ''}\n`, () => process.exit(0));
    return new Promise(() => undefined);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const held = new Socket({ fd: pipe, readable: true, writable: false });
  held.on('error', () => undefined);
  createInterface({ input: held }).on('line', onLine);
  return new Promise((resolve) => held.once('close', resolve));
}
