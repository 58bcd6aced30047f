import { z } from 'zod';

export const title = 'Lists what the workflow engine lacks on this machine, and how to install it';

export const schema = z.strictObject({
  mode: z
    .enum(['attach', 'supervise'])
    .describe(
      'What to check: the server of WINDMILL_BASE_URL, or this machine for the binary of WINDMILL_BINARY_PATH (default: the one whose variable is set).',
    )
    .meta({ example: 'supervise' })
    .optional(),
});
