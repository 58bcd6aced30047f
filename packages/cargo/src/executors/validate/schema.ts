import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { glibcVersion } from '../../options.js';

export const title = 'Checks that built binaries run on their platform, and starts those of this machine';

export const schema = z.strictObject({
  files: z
    .array(z.string().min(1))
    .min(1)
    .describe('The binaries, relative to the workspace: the artifact, and where it is installed besides.'),
  platform: z.enum(platformNames).describe('The platform that they are to run on.'),
  libc: z.enum(['gnu', 'musl']).describe('The C library of a Linux platform.').optional(),
  glibc: glibcVersion.describe('The oldest glibc that they must run on.').optional(),
  args: z.array(z.string()).describe('The arguments to start them with.').default(['--version']),
  prints: z.string().min(1).describe('What they must print then.').optional(),
});
