#!/usr/bin/env node
import { createRequire } from 'node:module';
import { CommanderError } from 'commander';
import { exitCodes, onOutputError, reportUsage } from './io/result.js';
import { createProgram } from './program.js';

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

process.stdout.on('error', onOutputError);
const program = createProgram(version);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has printed the requested help or version, or the help for a missing command.
  if (error.exitCode === 0) process.exitCode = exitCodes.done;
  else reportUsage(process.argv.slice(2), error);
}
