import { glibcVersion, platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { nativeFilesOption, programsOption } from '../../go-cli/options.js';

export const title = 'Builds and checks the programs of a Go module for one platform';

export const schema = z.strictObject({
  platform: z
    .enum(platformNames)
    .describe('The OCI platform to build for (default: the host platform).')
    .optional(),
  packages: programsOption,
  leftOut: z
    .record(z.string().min(1), z.string().min(1))
    .describe(
      'Main packages that build constraints exclude on this platform. They are reported, and not built.',
    )
    .meta({ example: { 'tool-windows': './cmd/tool-windows' } })
    .default({}),
  profile: z
    .enum(['release', 'dev', 'testing'])
    .describe('release strips symbol tables, dev disables optimizations for debuggers, testing does neither.')
    .default('release'),
  tags: z
    .array(z.string().min(1))
    .describe('Build tags.')
    .meta({ example: ['netgo'] })
    .default([]),
  ldflags: z
    .string()
    .describe('Additional linker flags, such as -X main.version=1.2.')
    .meta({ example: '-X main.version=1.2.0' })
    .optional(),
  gcflags: z.string().describe('Additional compiler flags.').meta({ example: '-m' }).optional(),
  cgo: z.boolean().describe('Build with cgo.').default(false),
  nativeFiles: nativeFilesOption,
  glibc: glibcVersion
    .describe(
      'The oldest glibc version that the programs must run on, checked after the build; requires cgo.',
    )
    .meta({ example: '2.28' })
    .optional(),
  env: z
    .record(z.string(), z.string())
    .describe('Environment variables for the build.')
    .meta({ example: { GOAMD64: 'v3' } })
    .default({}),
  args: z
    .array(z.string())
    .describe('Additional arguments for go build.')
    .meta({ example: ['-buildvcs'] })
    .default([]),
  outputPath: z
    .string()
    .min(1)
    .describe(
      'The folder for the programs, relative to the workspace (default: the folder of the platform in artifacts/).',
    )
    .meta({ example: 'dist' })
    .optional(),
});

export type GoBuildOptions = z.output<typeof schema>;
