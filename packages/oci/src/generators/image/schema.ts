import { z } from 'zod';
import { imageSettings } from '../../options.js';

export const title = 'Describes an image of a project';

export const schema = z.strictObject({
  project: z
    .string()
    .min(1)
    .describe('The project whose binary the image contains.')
    .meta({ example: 'app', $default: { $source: 'argv', index: 0 } }),
  name: imageSettings.name
    .describe(
      'The name of the image (default: ghcr.io/<owner>/<project> if the remote origin is on GitHub, otherwise the project name).',
    )
    .optional(),
  base: z
    .string()
    .min(1)
    .describe(
      'The base image (default: scratch for binaries that do not use glibc, otherwise debian:bookworm-slim).',
    )
    .meta({ example: 'debian:bookworm-slim' })
    .optional(),
  skipFormat: z.boolean().describe('Do not format the changed files.').default(false),
});
