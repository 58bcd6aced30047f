import { z } from 'zod';
import { imageTaskOptions } from '../../pushing/image-task.js';

export const title =
  'Verifies an image in its folder and in its registry: every blob by its digest, and what its tags point to';

export const schema = z.strictObject({
  ...imageTaskOptions,
  keys: z
    .array(z.string().min(1))
    .describe(
      'The cosign public keys to trust, or their files relative to the workspace. Every image then needs a statement that one of them signed.',
    )
    .meta({ example: ['cosign.pub'] })
    .default([]),
  rotations: z
    .array(z.string().min(1))
    .describe('Statements that a key takes the place of a trusted one, relative to the workspace.')
    .meta({ example: ['rotation.txt'] })
    .default([]),
  revoked: z
    .string()
    .min(1)
    .describe('A list of keys that are not trusted any more, relative to the workspace.')
    .meta({ example: 'revoked.txt' })
    .optional(),
});
