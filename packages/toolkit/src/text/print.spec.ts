import { expect, it, vi } from 'vitest';
import { toolkitError } from '../errors.js';
import { formatError } from '../errors/format.js';
import { warnOnce } from '../errors/warn-once.js';
import { say } from '../nx/say.js';
import { print, printNote } from './print.js';

const hostile = 'a\u001B]0;title\u0007\u202Eb';
const shown = String.raw`a\x1b]0;title\x07\u202eb`;

/** All that reaches the terminal while something is done. */
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
  ['what a plugin says by way of Nx', () => say('warn', hostile)],
  [
    'an error of ours',
    () => {
      console.error(formatError(problem));
    },
  ],
  [
    'an error of ours in full',
    () => {
      console.error(formatError(problem, { verbose: true }));
    },
  ],
  [
    'an error of others',
    () => {
      console.error(formatError(new Error(hostile), { verbose: true }));
    },
  ],
])('%s shows control characters, and does not send them to the terminal', async (_, action) => {
  const terminal = await terminalOf(action);
  expect(terminal).toContain(shown);
  for (const character of ['\u001B', '\u0007', '\u202E']) expect(terminal).not.toContain(character);
});
