import { z } from 'zod';

export const title = 'Removes what builds of a crate left behind';

export const schema = z.strictObject({
  paths: z.array(z.string().min(1)).describe('The files and folders to remove, relative to the workspace.'),
});
