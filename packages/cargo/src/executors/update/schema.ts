import { z } from 'zod';
import { isRevision } from '../../vendored/checkout.js';

export const title =
  'Checks out another tag or commit of vendored sources, lists the changes, and builds them';

export const schema = z.strictObject({
  to: z.coerce
    .string()
    .refine(isRevision, 'a tag or commit, which begins with no "-" and holds no space or ":"')
    .describe('The tag or commit to check out (default: the current commit).')
    .meta({ example: 'v2.1.0' })
    .optional(),
  list: z
    .string()
    .min(1)
    .describe('The file to write the list of crates to, relative to the workspace.')
    .meta({ example: 'third_party/mill.crates.json' }),
  build: z.boolean().describe('Build the crates in millwright.toml afterwards.').default(true),
});
