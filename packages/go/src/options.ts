import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe(
      'The platforms that every main package is built for; the platform of this machine where left out.',
    )
    .optional(),
});

export type PluginOptions = z.output<typeof pluginOptions>;
