import { z } from 'zod';

export const title = 'Reports why a Compose file is invalid';

export const schema = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe('The invalid Compose file, relative to the workspace.')
    .meta({ example: 'stack/compose.yaml' }),
});
