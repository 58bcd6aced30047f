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
    certificateIdentity: z
      .string()
      .min(1)
      .describe(
        'Who may sign keyless: an e-mail address or the URL of a workflow; `*` stands for any characters.',
      )
      .meta({ example: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/*' })
      .optional(),
    certificateOidcIssuer: z
      .url()
      .describe('The OIDC provider that issued the identity.')
      .meta({ example: 'https://token.actions.githubusercontent.com' })
      .optional(),
    trustedRoot: z
      .string()
      .min(1)
      .describe('The file `trusted_root.json` of the Sigstore instance, relative to the workspace.')
      .meta({ example: 'trusted_root.json' })
      .optional(),
  })
  .refine(
    ({ folder, keys, certificateIdentity }) =>
      (folder === undefined) === (keys.length === 0 && certificateIdentity === undefined),
    {
      message:
        'a folder is verified with the public keys to trust; set `publicKeys` in the settings of `sign`, or `keys`',
      path: ['keys'],
    },
  )
  .refine(
    ({ certificateIdentity, certificateOidcIssuer, trustedRoot }) =>
      new Set([certificateIdentity, certificateOidcIssuer, trustedRoot].map((one) => one === undefined))
        .size === 1,
    {
      message:
        'set `certificateIdentity`, `certificateOidcIssuer` and `trustedRoot` together: all three are needed for keyless signatures',
      path: ['certificateIdentity'],
    },
  );
