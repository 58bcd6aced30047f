import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toolkitError } from '../errors.js';
import { isVerbose, runExecutor } from './run-executor.js';

/** Nx's own option: it writes what the command line says to NX_VERBOSE_LOGGING, which tasks inherit. */
const nx = createRequire(createRequire(import.meta.url).resolve('nx/package.json'));
const { withVerbose } = nx('./dist/src/command-line/yargs-utils/shared-options.js') as {
  withVerbose: (parser: unknown) => { parse(words: readonly string[]): unknown };
};
const yargs = nx('yargs') as () => unknown;

const commandLine = process.argv;

/** Puts the process in the state of a task that Nx starts for a command line. */
function start(words: string, variable: string | undefined): void {
  vi.stubEnv('NX_VERBOSE_LOGGING', variable);
  withVerbose(yargs()).parse(words.split(' '));
}

beforeEach(() => {
  process.argv = ['node', 'run-executor.js'];
});

afterEach(() => {
  process.argv = commandLine;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('verbose output is requested by', () => {
  it.each([
    ['run app:build', undefined, false],
    ['run app:build --verbose', undefined, true],
    ['run app:build --verbose=true', undefined, true],
    ['run app:build --verbose true', undefined, true],
    ['run app:build --verbose=false', undefined, false],
    ['run app:build --no-verbose', undefined, false],
    ['run app:build', 'true', true],
    ['run app:build', 'false', false],
    ['run app:build --verbose', 'false', true],
    ['run app:build --no-verbose', 'true', false],
    ['run app:run -- --verbose', undefined, false],
  ])('nx %s with NX_VERBOSE_LOGGING=%s: %s', (words, variable, expected) => {
    start(words, variable);
    expect(isVerbose()).toBe(expected);
  });
});

it.each([
  ['run app:build', false],
  ['run app:build --verbose', true],
])('nx %s shows the output of the process that failed: %s', async (words, expected) => {
  start(words, undefined);
  const shown = vi.spyOn(console, 'error').mockReturnValue();
  const error = toolkitError('PROCESS_FAILED', { what: 'cargo failed', why: 'it said so', output: 'E0308' });
  expect(await runExecutor(() => Promise.reject(error))).toEqual({ success: false });
  expect(String(shown.mock.calls[0]?.[0]).includes('E0308')).toBe(expected);
});
