import { glibcVersion, platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { programsOption } from '../../go-cli/options.js';

export const title = 'Lists what the machine lacks to build a Go module, and how to install it';

export const schema = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe('OCI platforms to check for.')
    .meta({ example: ['linux/arm64'] }),
  packages: programsOption.default({}),
  tags: z
    .array(z.string().min(1))
    .describe('Build tags.')
    .meta({ example: ['netgo'] })
    .default([]),
  cgo: z.boolean().describe('Build with cgo.').default(false),
  glibc: glibcVersion
    .describe('The oldest glibc version that the programs must run on; requires cgo.')
    .meta({ example: '2.28' })
    .optional(),
  lint: z.boolean().describe('Also check for golangci-lint.').default(false),
});

export type DoctorOptions = z.output<typeof schema>;
