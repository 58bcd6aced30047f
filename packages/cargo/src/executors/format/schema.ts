import { z } from 'zod';
import { toolchainOption } from '../../options.js';

export const title = 'Formats a crate with rustfmt';

export const schema = z.strictObject({
  check: z.boolean().describe('Check the formatting without changing files.').default(false),
  toolchain: toolchainOption.meta({ example: 'nightly' }).optional(),
});
