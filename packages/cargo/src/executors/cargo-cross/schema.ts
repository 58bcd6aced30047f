import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { glibcVersion } from '../../options.js';

export const title =
  'Builds binaries and C libraries of a crate for one platform and hands them over checked';

/** A list, or its members in one text, parted by commas or blanks, as on the command line and in scripts' output. */
const featureList = z.union([
  z.array(z.string().min(1)),
  z.string().transform((text) => text.split(/[\s,]+/).filter((name) => name !== '')),
]);

export const schema = z.strictObject({
  platform: z
    .enum(platformNames)
    .describe('The platform to build for, as OCI writes it; the platform of this machine where left out.')
    .optional(),
  target: z.string().describe('A Rust target triple, in place of platform and libc.').optional(),
  libc: z.enum(['gnu', 'musl']).describe('The C library of a Linux platform.').optional(),
  glibc: glibcVersion
    .describe('The oldest glibc that the result must run on; the result is checked against it.')
    .optional(),
  profile: z.string().min(1).describe('The Cargo profile.').default('release'),
  features: featureList
    .describe(
      'Features of the crate to switch on; "@script" takes them from what a script of the crate\'s folder prints.',
    )
    .default([]),
  defaultFeatures: z.boolean().describe('Whether the default features are on.').default(true),
  allFeatures: z.boolean().describe('Whether every feature is on.').default(false),
  fallbacks: z
    .array(
      z.strictObject({
        features: featureList.default([]),
        defaultFeatures: z.boolean().default(true),
        allFeatures: z.boolean().default(false),
      }),
    )
    .describe('Sets of features to build in turn where the one before cannot be built.')
    .default([]),
  bins: z
    .array(z.string().min(1))
    .describe('The binaries to build; all binaries and C libraries of the crate where left out.')
    .optional(),
  sqlxOffline: z
    .boolean()
    .describe('Whether SQLx checks queries against the saved .sqlx files and no database.')
    .default(false),
  env: z.record(z.string(), z.string()).describe('Environment variables for the build alone.').default({}),
  args: z.array(z.string()).describe('Further arguments for cargo build.').default([]),
  toolchain: z
    .string()
    .min(1)
    .describe('The rustup toolchain to use, in place of the one that the folder chooses.')
    .optional(),
  linker: z
    .enum(['auto', 'native', 'gcc', 'zigbuild', 'cross'])
    .describe('How to link; auto takes the first that can.')
    .default('auto'),
  outputPath: z
    .string()
    .min(1)
    .describe(
      "The folder that receives the artifacts, relative to the workspace; the layout's own where left out.",
    )
    .optional(),
  installTo: z
    .string()
    .min(1)
    .describe(
      "A second place for the binary, relative to the workspace; only builds for this machine's platform use it.",
    )
    .optional(),
  strictInputs: z
    .boolean()
    .describe('Whether the build fails where it read what its task does not declare; else it says so.')
    .default(false),
  verbose: z.boolean().describe("Shows cargo's own output as it comes.").default(false),
});

export type CargoCrossOptions = z.output<typeof schema>;
