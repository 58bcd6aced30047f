import { z } from 'zod';
import { commandOptions } from '../command/options.js';

export const title = 'Runs the tests of a crate, with cargo-nextest if it is installed';

export const schema = commandOptions.extend({
  testArgs: z
    .array(z.string())
    .describe('Arguments for the test runner, such as a filter.')
    .meta({ example: ['parser::'] })
    .default([]),
});
