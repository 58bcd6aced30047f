import { glibcVersion, platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { featureList, toolchainOption } from '../options.js';

/** The options of a build task, with their defaults. */
export const buildOptions = z.strictObject({
  platform: z
    .enum(platformNames)
    .describe('The OCI platform to build for (default: the host platform).')
    .optional(),
  target: z
    .string()
    .describe('A Rust target triple, instead of platform and libc.')
    .meta({ example: 'wasm32-wasip1' })
    .optional(),
  libc: z.enum(['gnu', 'musl']).describe('The C library of a Linux platform.').optional(),
  glibc: glibcVersion
    .describe('The oldest glibc version that the binary must run on; checked after the build.')
    .meta({ example: '2.28' })
    .optional(),
  profile: z
    .string()
    .min(1)
    .describe('The Cargo profile.')
    .meta({ example: 'release-lto' })
    .default('release'),
  features: featureList
    .describe('Features to enable; "@script" takes them from the output of a script in the crate\'s folder.')
    .meta({ example: ['kafka', 'tls'] })
    .default([]),
  defaultFeatures: z.boolean().describe('Enable the default features.').default(true),
  allFeatures: z.boolean().describe('Enable all features.').default(false),
  fallbacks: z
    .array(
      z.strictObject({
        features: featureList.default([]),
        defaultFeatures: z.boolean().default(true),
        allFeatures: z.boolean().default(false),
      }),
    )
    .describe('Feature sets to try in order if the build with the previous set fails.')
    .meta({ example: [{ features: ['tls'] }, { features: [] }] })
    .default([]),
  bins: z
    .array(z.string().min(1))
    .describe('The binaries to build (default: all binaries and C libraries of the crate).')
    .meta({ example: ['server'] })
    .optional(),
  sqlxOffline: z
    .boolean()
    .describe(
      'Check SQLx queries against the saved .sqlx files instead of a database (default: true if there are saved queries and DATABASE_URL is not set).',
    )
    .optional(),
  env: z
    .record(z.string(), z.string())
    .describe('Environment variables for the build.')
    .meta({ example: { BUILD_NUMBER: '7' } })
    .default({}),
  args: z
    .array(z.string())
    .describe('Additional arguments for cargo build.')
    .meta({ example: ['--locked'] })
    .default([]),
  toolchain: toolchainOption.meta({ example: '1.85.0' }).optional(),
  linker: z
    .enum(['auto', 'native', 'gcc', 'zigbuild'])
    .describe('How to link; auto selects the first linker that works.')
    .default('auto'),
  auditable: z
    .boolean()
    .describe(
      'Embed the list of dependencies into programs with cargo-auditable, for scanners and for the comparison with the SBOM.',
    )
    .default(false),
  outputPath: z
    .string()
    .min(1)
    .describe(
      'The folder for the artifacts, relative to the workspace (default: the folder of the platform in artifacts/).',
    )
    .meta({ example: 'dist/server' })
    .optional(),
  installTo: z
    .string()
    .min(1)
    .describe(
      'Also copy the binary to this path, relative to the workspace; applies only to builds for the host platform.',
    )
    .meta({ example: 'bin/server' })
    .optional(),
  strictInputs: z.boolean().describe('Fail on undeclared inputs (default: report them).').default(false),
  verbose: z.boolean().describe('Show the complete output of cargo.').default(false),
});

export type CargoCrossOptions = z.output<typeof buildOptions>;
