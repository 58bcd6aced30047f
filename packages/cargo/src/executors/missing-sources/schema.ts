import { z } from 'zod';

export const title = 'Says what brings sources that are not in this clone';

export const schema = z.strictObject({
  source: z.string().min(1).describe('The folder that the sources belong in, relative to the workspace.'),
});
