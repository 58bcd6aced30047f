import { hostPlatform, platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/** On the command line 2.30 arrives as the number 2.3; no version with one digit can be meant. */
export const glibcVersion = z.preprocess(
  (value) => (typeof value === 'number' ? value.toFixed(2) : value),
  z.string().regex(/^2\.\d{2}$/, 'expected a glibc version such as "2.28"'),
);

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe('The platforms that programs are built for; the platform of this machine where left out.')
    .default(() => [hostPlatform().platform]),
  tags: z.array(z.string().min(1)).describe('The build tags of every build.').default([]),
  cgo: z.boolean().describe('Whether programs may be linked with C code.').default(false),
  glibc: glibcVersion.describe('With cgo, the oldest glibc that programs must run on.').optional(),
});

export type PluginOptions = z.output<typeof pluginOptions>;
