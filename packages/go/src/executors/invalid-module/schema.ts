import { z } from 'zod';

export const title = 'Reports why the go.mod file of a module is invalid';

export const schema = z.strictObject({
  goMod: z
    .string()
    .min(1)
    .describe('The invalid go.mod, relative to the workspace.')
    .meta({ example: 'tools/go.mod' }),
});
