import { glibcVersion, platformNames } from '@millwright/toolkit';
import { z } from 'zod';

export const title =
  'Checks that built binaries run on their platform, and starts those for the host platform';

export const schema = z.strictObject({
  files: z
    .array(z.string().min(1))
    .min(1)
    .describe('The binaries, relative to the workspace: the artifact and its installed copies.')
    .meta({ example: ['bin/server'] }),
  platform: z.enum(platformNames).describe('The platform of the binaries.'),
  libc: z.enum(['gnu', 'musl']).describe('The C library of a Linux platform.').optional(),
  glibc: glibcVersion
    .describe('The oldest glibc version that the binaries must run on.')
    .meta({ example: '2.28' })
    .optional(),
  args: z
    .array(z.string())
    .describe('Arguments to start the binaries with.')
    .meta({ example: ['--version'] })
    .default(['--version']),
  prints: z
    .string()
    .min(1)
    .describe('Text that the binaries must print.')
    .meta({ example: 'Mill' })
    .optional(),
});
