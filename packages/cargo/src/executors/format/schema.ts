import { z } from 'zod';

export const title = 'Formats a crate with rustfmt';

export const schema = z.strictObject({
  check: z.boolean().describe('Only tells whether the crate is formatted.').default(false),
  toolchain: z
    .string()
    .min(1)
    .describe('The rustup toolchain to use, in place of the one that the folder chooses.')
    .optional(),
});
