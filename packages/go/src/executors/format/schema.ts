import { z } from 'zod';

export const title = 'Formats a Go module with gofmt';

export const schema = z.strictObject({
  check: z.boolean().describe('Report differences without changing files.').default(false),
});
