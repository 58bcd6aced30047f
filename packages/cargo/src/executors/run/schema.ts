import { z } from 'zod';
import { commandOptions } from '../command/options.js';

export const title = 'Builds and starts a binary of a crate';

export const schema = commandOptions.omit({ args: true }).extend({
  bin: z.string().min(1).describe('The binary; needed where the crate has several.').optional(),
  args: z.array(z.string()).describe('Arguments for the binary.').default([]),
});
