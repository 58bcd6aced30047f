import { unparsedOption } from '@millwright/toolkit';
import { z } from 'zod';
import { nativeFilesOption, programsOption } from '../../go-cli/options.js';

export const title = 'Builds and starts a program of a Go module';

export const schema = z.strictObject({
  packages: programsOption,
  program: z
    .string()
    .min(1)
    .describe('The program to run; required if the module has several.')
    .meta({ example: 'tool' })
    .optional(),
  tags: z
    .array(z.string().min(1))
    .describe('Build tags.')
    .meta({ example: ['netgo'] })
    .default([]),
  cgo: z.boolean().describe('Build with cgo.').default(false),
  nativeFiles: nativeFilesOption,
  env: z
    .record(z.string(), z.string())
    .describe('Environment variables for the build and the program.')
    .meta({ example: { PORT: '8080' } })
    .default({}),
  args: z
    .array(z.string())
    .describe('Arguments for the program.')
    .meta({ example: ['--once'] })
    .default([]),
  __unparsed__: unparsedOption,
});
