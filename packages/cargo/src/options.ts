import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/**
 * A version of glibc. On the command line 2.30 arrives as the number 2.3; Rust needs 2.17 at least, so no version
 * with one digit can be meant.
 */
export const glibcVersion = z.preprocess(
  (value) => (typeof value === 'number' ? value.toFixed(2) : value),
  z.string().regex(/^2\.\d{2}$/, 'expected a glibc version such as "2.28"'),
);

const libc = z.enum(['gnu', 'musl']);

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe('The platforms that every crate is built for; the platform of this machine where left out.')
    .optional(),
  libc: z
    .union([libc, z.array(libc).min(1)])
    .describe('The C library of Linux builds, or a list, where builds with several are wanted side by side.')
    .default('gnu')
    .transform((value) => [...new Set([value].flat())]),
  glibc: glibcVersion.describe('The oldest glibc that gnu builds must run on.').optional(),
  strictInputs: z
    .boolean()
    .describe('Whether a build fails that read what its task does not declare; else it says so.')
    .default(false),
});

export type PluginOptions = z.output<typeof pluginOptions>;
