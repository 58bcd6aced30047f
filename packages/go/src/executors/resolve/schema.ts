import { z } from 'zod';

export const title =
  'Computes the part of go.mod, go.sum and go.work that the programs of a module depend on';

export const schema = z.strictObject({
  imports: z
    .array(z.string())
    .describe('Imports from outside the repository (default: all).')
    .meta({ example: ['golang.org/x/text/language'] })
    .optional(),
  modules: z
    .array(z.string())
    .describe('Folders of the modules whose packages are built.')
    .meta({ example: ['tool', 'lib'] })
    .default([]),
  outputPath: z
    .string()
    .min(1)
    .describe('The folder to write the slice to, relative to the workspace.')
    .meta({ example: 'slices' }),
});
