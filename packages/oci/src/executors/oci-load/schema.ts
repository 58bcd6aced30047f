import { z } from 'zod';
import { imagePlatforms } from '../../options.js';
import { imageTaskOptions } from '../../pushing/image-task.js';

export const title = 'Loads an image into Docker or podman';

export const schema = z.strictObject({
  ...imageTaskOptions,
  engine: z
    .enum(['docker', 'podman'])
    .describe('The container engine (default: docker, or podman if docker is not installed).')
    .optional(),
  platform: z
    .enum(imagePlatforms)
    .describe('The platform to load (default: Linux on the host architecture).')
    .optional(),
});
