import { packageOption, rebuildOption, sbomOption } from '@millwright/artifacts';
import { glibcVersion, platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/**
 * Features in the forms that cargo accepts: a list, or a string separated by commas or whitespace. List items may also
 * contain several features.
 */
export const featureList = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(/[\s,]+/).filter((name) => name !== '')));

/** A toolchain of rustup. */
export const toolchainOption = z
  .string()
  .min(1)
  .describe('The rustup toolchain to use (default: the one that the folder selects).');

const libc = z.enum(['gnu', 'musl']);

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe('The OCI platforms to build every crate for (default: the host platform).')
    .meta({ example: ['linux/amd64', 'linux/arm64'] })
    .optional(),
  libc: z
    .union([libc, z.array(libc).min(1)])
    .describe('The C library of Linux builds, or a list of them to build with each.')
    .meta({ example: ['gnu', 'musl'] })
    .default('gnu')
    .transform((value) => [...new Set([value].flat())]),
  glibc: glibcVersion
    .describe('The oldest glibc version that gnu builds must run on.')
    .meta({ example: '2.28' })
    .optional(),
  strictInputs: z.boolean().describe('Fail on undeclared inputs (default: report them).').default(false),
  package: packageOption,
  sbom: sbomOption,
  rebuild: rebuildOption,
});

export type PluginOptions = z.output<typeof pluginOptions>;
