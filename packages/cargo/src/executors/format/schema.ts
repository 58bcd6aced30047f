import { z } from 'zod';

export const title = 'Formats a crate with rustfmt';

export const schema = z.strictObject({
  check: z.boolean().describe('Check the formatting without changing files.').default(false),
  toolchain: z
    .string()
    .min(1)
    .describe('The rustup toolchain to use (default: the one that the folder selects).')
    .meta({ example: 'nightly' })
    .optional(),
});
