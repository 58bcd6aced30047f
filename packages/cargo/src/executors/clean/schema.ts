import { z } from 'zod';

export const title = 'Removes the build outputs of a crate';

export const schema = z.strictObject({
  paths: z
    .array(z.string().min(1))
    .describe('Files and folders to remove, relative to the workspace.')
    .meta({ example: ['artifacts/linux/amd64/server'] }),
});
