import { z } from 'zod';

export const title = 'Computes what of the lock file, manifests and configuration each crate depends on';

export const schema = z.strictObject({
  triples: z.array(z.string().min(1)).min(1).describe('The target triples to compute slices for.'),
  profile: z.string().min(1).describe('The Cargo profile.').default('release'),
  outputPath: z.string().min(1).describe('The folder that receives the slices, relative to the workspace.'),
});
