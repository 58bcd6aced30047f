import { z } from 'zod';

export const title = 'Writes one archive for each artifact, with licence, README and checksums';

export const schema = z.strictObject({
  artifacts: z
    .array(z.string().min(1))
    .min(1)
    .describe('The artifacts, relative to the workspace; set by the plugin.'),
  outputPath: z
    .string()
    .min(1)
    .describe(
      'The folder for the archives, which must contain nothing else; relative to the workspace; set by the plugin.',
    ),
  format: z
    .enum(['tar.gz', 'tar.zst'])
    .describe('The format of archives. Archives for Windows are always zip files.')
    .default('tar.gz'),
  files: z
    .array(z.string().min(1))
    .describe('Further files for each archive, relative to the workspace.')
    .meta({ example: ['docs/manual.pdf'] })
    .default([]),
  releaseVersion: z
    .string()
    .regex(/^[A-Za-z0-9][\w.+-]*$/)
    .describe('The version in the names of archives (default: the version of the crate).')
    .meta({ example: '1.2.3' })
    .optional(),
});
