import { z } from 'zod';

export const title = 'Writes a Dockerfile that copies the binaries of a project';

export const schema = z.strictObject({
  project: z
    .string()
    .min(1)
    .describe('The project whose binaries the Dockerfile copies.')
    .meta({ example: 'app', $default: { $source: 'argv', index: 0 } }),
  file: z
    .string()
    .min(1)
    .describe(
      "The Dockerfile, relative to the workspace's root (default: Dockerfile in the project's folder).",
    )
    .meta({ example: 'docker/app.Dockerfile' })
    .optional(),
});
