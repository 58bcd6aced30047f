import { z } from 'zod';

export const title = 'Signs the checksum file of a folder of archives';

const schemaOfOptions = z.strictObject({
  folder: z.string().min(1).describe('The folder to sign, relative to the workspace; set by the plugin.'),
  key: z
    .string()
    .min(1)
    .describe(
      'The file of the secret key, relative to the workspace (default: the key in the variable MILLWRIGHT_SIGNING_KEY). Its passphrase is taken from MILLWRIGHT_PASSPHRASE.',
    )
    .meta({ example: '/run/secrets/minisign.key' })
    .optional(),
  keyless: z
    .boolean()
    .describe(
      'Sign with a short-lived certificate for the OIDC identity of the CI job, instead of with a key. Connects to the services of Sigstore.',
    )
    .default(false),
  fulcioUrl: z
    .url()
    .describe('The certificate authority of keyless signatures (default: that of Sigstore).')
    .optional(),
  rekorUrl: z
    .url()
    .describe('The transparency log of keyless signatures (default: that of Sigstore).')
    .optional(),
  rekorVersion: z
    .literal([1, 2])
    .describe("The version of the transparency log's API. Version 2 needs `timestampUrl`.")
    .default(1),
  timestampUrl: z
    .url()
    .describe('A timestamp authority that states the time of keyless signatures (default: none).')
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

export const schema = schemaOfOptions.refine(({ key, keyless }) => key === undefined || !keyless, {
  message: 'a folder is signed either with a key or keyless; remove `key` or `keyless`',
  path: ['keyless'],
});
