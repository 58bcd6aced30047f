#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MillwrightError, printError } from '@millwright/toolkit/core';
import type { SimulateOptions } from './commands/simulate.js';

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

const program = new Command('millwright-windmill')
  .description(
    'Work with Windmill: a simulated server for development and tests, and a check of this machine.',
  )
  .version(version)
  .exitOverride();

program
  .command('simulate')
  .description(
    'Serve a simulated Windmill on this machine until it is interrupted. It starts empty and keeps its state in memory.\n' +
      'The token is the variable SUPERADMIN_SECRET (at least 10 bytes), or a random one, which is printed.',
  )
  .option('--port <port>', 'the port on 127.0.0.1; 0 takes a free one', wholeNumber, 8_000)
  .option(
    '--execute',
    'run scripts in Bash, Python and JavaScript as programs of this machine, with your rights',
    false,
  )
  .option('--cpu <seconds>', 'processor time that a script may use', wholeNumber, 60)
  .option('--memory <megabytes>', 'data that each process of a script may allocate', wholeNumber, 1_024)
  .option('--time <seconds>', 'time after which a script is ended', wholeNumber, 300)
  .option('--workers <number>', 'jobs that run at once', wholeNumber, 4)
  .option('--workspace <id>', 'a workspace to create', 'main')
  .addHelpText(
    'after',
    '\nExamples:\n  npx @millwright/windmill simulate --execute\n' +
      '  SUPERADMIN_SECRET=a-long-secret npx @millwright/windmill simulate --port 8000 --execute --cpu 10\n',
  )
  .action(async (options: SimulateOptions) => {
    const { simulate } = await import('./commands/simulate.js');
    await simulate(options, process.env.SUPERADMIN_SECRET);
  });

program
  .command('doctor')
  .description(
    'List what the workflow engine lacks, and how to install it.\n' +
      'Checks the server of WINDMILL_BASE_URL, or what this machine needs to run the binary of WINDMILL_BINARY_PATH.',
  )
  .addOption(
    new Option('--mode <mode>', 'what to check (default: the one whose variable is set)').choices([
      'attach',
      'supervise',
    ]),
  )
  .addHelpText(
    'after',
    '\nExamples:\n  WINDMILL_BINARY_PATH=/opt/windmill/windmill npx @millwright/windmill doctor\n' +
      '  npx @millwright/windmill doctor --mode attach\n',
  )
  .action(async (options: { readonly mode?: 'attach' | 'supervise' }) => {
    const { doctor } = await import('./commands/doctor.js');
    if (!(await doctor(options))) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else if (error instanceof MillwrightError) {
    printError(error);
    process.exitCode = 1;
  } else throw error;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('It must be a whole number.');
  return number;
}
