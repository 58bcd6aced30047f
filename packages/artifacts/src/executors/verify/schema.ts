import { z } from 'zod';

export const title =
  'Verifies every artifact against artifacts/checksums.json, or the signatures of a folder';

export const schema = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .describe(
        'A folder with a signed checksum file, relative to the workspace (default: verify artifacts/ against its checksums.json).',
      )
      .meta({ example: 'artifacts/archives/app' })
      .optional(),
    keys: z
      .array(z.string().min(1))
      .describe('The public keys to trust for `folder`, or their files relative to the workspace.')
      .meta({ example: ['minisign.pub'] })
      .default([]),
    rotations: z
      .array(z.string().min(1))
      .describe(
        'Rotation statements, which replace a trusted key with another one; files relative to the workspace.',
      )
      .meta({ example: ['rotation.txt'] })
      .default([]),
    revoked: z
      .string()
      .min(1)
      .describe('A file that lists keys that are no longer trusted, relative to the workspace.')
      .meta({ example: 'revoked.txt' })
      .optional(),
  })
  .refine(({ folder, keys }) => (folder === undefined) === (keys.length === 0), {
    message:
      'a folder is verified with the public keys to trust; set `publicKeys` in the settings of `sign`, or `keys`',
    path: ['keys'],
  });
