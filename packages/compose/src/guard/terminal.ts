import { constants, openSync, readlinkSync, writeSync } from 'node:fs';
import type { ProcessIdentity } from '@millwright/toolkit/reaper';

/**
 * Opens the terminal that a process prints to, and leaves it that process's own. Returns undefined if it prints to none,
 * and on systems without /proc.
 */
export function openTerminalOf({ pid }: ProcessIdentity): number | undefined {
  for (const stream of [2, 1]) {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${stream}`);
      if (/^\/dev\/(pts\/\d+|tty\w*)$/.test(path))
        return openSync(path, constants.O_WRONLY | constants.O_NOCTTY);
    } catch {
      // The process has ended, or belongs to another user.
    }
  }
  return undefined;
}

/** Writes a line to an open terminal, below the prompt of the shell. */
export function writeLine(terminal: number, text: string): void {
  try {
    writeSync(terminal, `\n${text}\n`);
  } catch {
    // The terminal was closed.
  }
}
