#!/usr/bin/env node
import { createRequire } from 'node:module';
import { CommanderError } from 'commander';
import { exitCodes } from './io/result.js';
import { createProgram } from './program.js';

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

try {
  await createProgram(version).parseAsync();
} catch (error) {
  // commander has printed its message, or the help.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.failed;
}
