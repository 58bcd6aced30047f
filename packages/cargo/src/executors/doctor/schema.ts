import { z } from 'zod';

export const title = 'Says what this machine lacks to build a crate, and what brings it';

export const schema = z.strictObject({
  triples: z.array(z.string().min(1)).min(1).describe('The target triples to be able to build for.'),
});
