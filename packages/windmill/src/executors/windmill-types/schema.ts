import { z } from 'zod';

export const title = 'Generates TypeScript types of the arguments and results of the scripts in a folder';

export const schema = z.strictObject({
  folder: z
    .string()
    .min(1)
    .describe(
      'The folder with `f/` and `u/`, relative to the workspace (default: the folder of the project).',
    )
    .meta({ example: 'windmill' })
    .optional(),
  output: z
    .string()
    .regex(/\.ts$/, 'a file that ends with .ts')
    .describe('The file to write, relative to the workspace.')
    .meta({ example: 'src/windmill-scripts.ts' }),
  strict: z
    .boolean()
    .describe('Fail if the schema of a script has other parameters than its code.')
    .default(false),
});
