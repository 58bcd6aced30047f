import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

export const title = 'Adds the plugin to nx.json';

export const schema = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe(
      'The platforms to build for; linux/amd64 and linux/arm64 where the machine runs Linux, else its own.',
    )
    .optional(),
  skipFormat: z.boolean().describe('Leaves the changed files as they are written.').default(false),
  // `nx add` passes these to every init generator.
  keepExistingVersions: z.boolean().describe('Leaves the versions in package.json alone.').default(true),
  updatePackageScripts: z
    .boolean()
    .describe('Has no effect: no package.json script belongs to a module.')
    .default(false),
});
