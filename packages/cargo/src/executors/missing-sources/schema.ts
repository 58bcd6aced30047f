import { z } from 'zod';

export const title = 'Reports which command fetches the missing sources';

export const schema = z.strictObject({
  source: z
    .string()
    .min(1)
    .describe('The folder for the sources, relative to the workspace.')
    .meta({ example: 'third_party/mill' }),
});
