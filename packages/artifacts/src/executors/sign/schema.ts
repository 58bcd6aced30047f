import { z } from 'zod';

export const title = 'Signs the checksum file of a folder of archives';

export const schema = z.strictObject({
  folder: z.string().min(1).describe('The folder to sign, relative to the workspace; set by the plugin.'),
  key: z
    .string()
    .min(1)
    .describe(
      'The file of the secret key, relative to the workspace (default: the key in the variable MILLWRIGHT_SIGNING_KEY). Its passphrase is taken from MILLWRIGHT_PASSPHRASE.',
    )
    .meta({ example: '/run/secrets/minisign.key' })
    .optional(),
  comment: z
    .string()
    .describe('A line that a minisign signature covers and that `verify` shows.')
    .meta({ example: 'app 1.2.3' })
    .optional(),
  perFile: z.boolean().describe('Also sign each file.').default(false),
  attest: z
    .array(z.string().min(1))
    .describe(
      'The artifacts whose provenance and SBOM are signed as attestations, relative to the workspace; set by the plugin. Requires a cosign key.',
    )
    .default([]),
  trustCache: z
    .boolean()
    .describe(
      'In CI, also sign artifacts that a cache may have restored. Set this only if your cache verifies who wrote each entry, and restores only entries written by builders that you trust.',
    )
    .default(false),
});
