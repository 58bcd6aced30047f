import { z } from 'zod';

export const title = "Computes what of go.mod, go.sum and go.work a module's programs depend on";

export const schema = z.strictObject({
  imports: z
    .array(z.string())
    .describe('The imports that lead out of the repository; every one counts where left out.')
    .optional(),
  modules: z.array(z.string()).describe('The folders of the modules whose packages are built.').default([]),
  outputPath: z.string().min(1).describe('The folder of the slice, relative to the workspace.'),
});
