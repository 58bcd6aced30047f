import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { glibcVersion } from '../../options.js';
import { nativeFilesOption } from '../command/options.js';

export const title = 'Builds the programs of a Go module for one platform and hands them over checked';

export const schema = z.strictObject({
  platform: z
    .enum(platformNames)
    .describe('The platform to build for, as OCI writes it; the platform of this machine where left out.')
    .optional(),
  packages: z
    .record(z.string().min(1), z.string().min(1))
    .describe(
      "The main packages, by the name of the program that each becomes, relative to the module's folder.",
    ),
  profile: z
    .enum(['release', 'dev', 'testing'])
    .describe(
      'release leaves symbol tables out, dev leaves code as it is written for debuggers, testing does neither.',
    )
    .default('release'),
  tags: z.array(z.string().min(1)).describe('Build tags.').default([]),
  ldflags: z.string().describe('Further flags for the linker, such as -X main.version=1.2.').optional(),
  gcflags: z.string().describe('Further flags for the compiler.').optional(),
  cgo: z.boolean().describe('Whether the programs may be linked with C code.').default(false),
  nativeFiles: nativeFilesOption,
  glibc: glibcVersion
    .describe('With cgo, the oldest glibc that the programs must run on; the result is checked against it.')
    .optional(),
  env: z.record(z.string(), z.string()).describe('Environment variables for the build alone.').default({}),
  args: z.array(z.string()).describe('Further arguments for go build.').default([]),
  outputPath: z
    .string()
    .min(1)
    .describe(
      "The folder that receives the programs, relative to the workspace; the layout's own where left out.",
    )
    .optional(),
});

export type GoBuildOptions = z.output<typeof schema>;
