import { z } from 'zod';
import { registryOptions } from '../../registry/open.js';
import { imageSettings } from '../../options.js';

export const title = 'Writes an image for several platforms from built binaries, as an OCI layout';

export const schema = z.strictObject({
  ...imageSettings,
  ...registryOptions,
  outputPath: z
    .string()
    .min(1)
    .describe(
      'The folder for the image, which must contain nothing else; relative to the workspace; set by the plugin.',
    ),
});
