import { z } from 'zod';

export const title = 'Builds each artifact again from its provenance, and compares both files';

export const schema = z.strictObject({
  artifacts: z
    .array(z.string().min(1))
    .min(1)
    .describe('The artifacts, relative to the workspace; set by the plugin.'),
  key: z
    .string()
    .min(1)
    .describe('The cosign key that signs the results, relative to the workspace (default: not signed).')
    .meta({ example: '/run/secrets/cosign.key' })
    .optional(),
});
