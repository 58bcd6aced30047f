import { expect, it, vi } from 'vitest';
import { toolkitError } from '../errors.js';
import { formatError } from '../errors/format.js';
import { warnOnce } from '../errors/warn-once.js';
import { logToNx } from '../nx/log-to-nx.js';
import { print, printNote } from './print.js';

const hostile = 'a\u001B]0;title\u0007\u202Eb';
const shown = String.raw`a\x1b]0;title\x07\u202eb`;

/** Returns everything that an action prints to the terminal. */
async function terminalOf(action: () => unknown): Promise<string> {
  const calls: unknown[] = [];
  const keep = (...texts: unknown[]) => {
    calls.push(...texts);
    return true;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(keep),
    vi.spyOn(console, 'warn').mockImplementation(keep),
    vi.spyOn(console, 'error').mockImplementation(keep),
    vi.spyOn(process.stdout, 'write').mockImplementation(keep),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep),
  ];
  await action();
  for (const spy of spies) spy.mockRestore();
  return calls.join('\n');
}

const problem = toolkitError('OPTION_INVALID', { what: hostile, why: hostile, remedy: hostile });

it.each<[name: string, action: () => unknown]>([
  [
    'print',
    () => {
      print(hostile);
    },
  ],
  [
    'printNote',
    () => {
      printNote(hostile);
    },
  ],
  [
    'a warning',
    () => {
      warnOnce(problem);
    },
  ],
  ['a message of a plugin through Nx', () => logToNx('warn', hostile)],
  [
    'a MillwrightError',
    () => {
      console.error(formatError(problem));
    },
  ],
  [
    'a MillwrightError with `verbose`',
    () => {
      console.error(formatError(problem, { verbose: true }));
    },
  ],
  [
    'another error',
    () => {
      console.error(formatError(new Error(hostile), { verbose: true }));
    },
  ],
])('%s shows control characters instead of sending them to the terminal', async (_, action) => {
  const terminal = await terminalOf(action);
  expect(terminal).toContain(shown);
  for (const character of ['\u001B', '\u0007', '\u202E']) expect(terminal).not.toContain(character);
});
