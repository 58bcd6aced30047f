import { z } from 'zod';

export const title = 'Runs go mod tidy on a module';

export const schema = z.strictObject({
  check: z.boolean().describe('Report differences without changing files.').default(false),
});
