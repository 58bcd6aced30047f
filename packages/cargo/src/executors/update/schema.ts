import { z } from 'zod';

export const title = 'Moves sources of others to a tag or commit, says what changed and builds them';

export const schema = z.strictObject({
  to: z.coerce
    .string()
    .min(1)
    .describe('The tag or commit to move to; the one that is checked out where left out.')
    .optional(),
  list: z
    .string()
    .min(1)
    .describe('The file that receives the list of the crates, relative to the workspace.'),
  build: z.boolean().describe('Whether the crates that are described are built afterwards.').default(true),
});
