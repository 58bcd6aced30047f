import { z } from 'zod';

export const title = 'Lists what the machine lacks to build a crate, and how to install it';

export const schema = z.strictObject({
  triples: z
    .array(z.string().min(1))
    .min(1)
    .describe('Target triples to check for.')
    .meta({ example: ['aarch64-unknown-linux-gnu'] }),
});
