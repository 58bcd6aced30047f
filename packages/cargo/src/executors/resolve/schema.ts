import { z } from 'zod';

export const title =
  'Computes the part of the lock file, manifests and configuration that each crate depends on';

export const schema = z.strictObject({
  triples: z
    .array(z.string().min(1))
    .min(1)
    .describe('Target triples to compute slices for.')
    .meta({ example: ['aarch64-unknown-linux-gnu'] }),
  profile: z.string().min(1).describe('The Cargo profile.').meta({ example: 'release' }).default('release'),
  outputPath: z
    .string()
    .min(1)
    .describe('The folder to write slices to, relative to the workspace.')
    .meta({ example: 'slices' }),
});
