import { z } from 'zod';
import { commandOptions } from '../command/options.js';

export const title = 'Builds and starts a binary of a crate';

export const schema = commandOptions.omit({ args: true }).extend({
  bin: z
    .string()
    .min(1)
    .describe('The binary to run; required if the crate has several.')
    .meta({ example: 'worker' })
    .optional(),
  args: z
    .array(z.string())
    .describe('Arguments for the binary.')
    .meta({ example: ['--once'] })
    .default([]),
  // Nx fills this in with the raw arguments of the command line.
  __unparsed__: z
    .array(z.string())
    .meta({ hidden: true, $default: { $source: 'unparsed' }, 'x-priority': 'internal' })
    .default([]),
});
