import { packageOption, rebuildOption, sbomOption } from '@millwright/artifacts';
import { glibcVersion, hostPlatform, platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe('The OCI platforms to build programs for (default: the host platform).')
    .meta({ example: ['linux/amd64', 'linux/arm64'] })
    .default(() => [hostPlatform().platform]),
  tags: z
    .array(z.string().min(1))
    .describe('Build tags of every build.')
    .meta({ example: ['netgo'] })
    .default([]),
  cgo: z.boolean().describe('Build with cgo.').default(false),
  glibc: glibcVersion
    .describe('The oldest glibc version that programs must run on; requires cgo.')
    .meta({ example: '2.28' })
    .optional(),
  package: packageOption,
  sbom: sbomOption,
  rebuild: rebuildOption,
});

export type PluginOptions = z.output<typeof pluginOptions>;
