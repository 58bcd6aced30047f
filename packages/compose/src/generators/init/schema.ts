import { z } from 'zod';

export const title = 'Adds the plugin to nx.json';

export const schema = z.strictObject({
  skipFormat: z.boolean().describe('Leaves the changed files as they are written.').default(false),
  // `nx add` passes these to every init generator.
  keepExistingVersions: z.boolean().describe('Leaves the versions in package.json alone.').default(true),
  updatePackageScripts: z
    .boolean()
    .describe('Has no effect: no package.json script belongs to a stack.')
    .default(false),
});
