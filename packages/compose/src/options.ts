import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  platform: z
    .enum(platformNames)
    .describe('The platform of the mounted binaries (default: Linux on the host architecture).')
    .optional(),
});

export type PluginOptions = z.output<typeof pluginOptions>;
