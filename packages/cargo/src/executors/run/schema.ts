import { unparsedOption } from '@millwright/toolkit';
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
  __unparsed__: unparsedOption,
});
