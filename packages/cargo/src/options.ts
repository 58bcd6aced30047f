import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe('The platforms that every crate is built for; the platform of this machine where left out.')
    .optional(),
  libc: z.enum(['gnu', 'musl']).describe('The C library of Linux builds.').default('gnu'),
  glibc: z
    .string()
    .regex(/^2\.\d+$/, 'expected a glibc version such as "2.28"')
    .describe('The oldest glibc that gnu builds must run on.')
    .optional(),
});

export type PluginOptions = z.output<typeof pluginOptions>;
