import { z } from 'zod';

export const title = 'Brings go.mod and go.sum in line with the sources of a module';

export const schema = z.strictObject({
  check: z.boolean().describe('Only tells whether anything would change.').default(false),
});
