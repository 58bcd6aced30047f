import { z } from 'zod';
import { isRevision } from '../../vendored/checkout.js';

export const title = 'Pins third-party Rust sources as a submodule and sets up their crates';

export const schema = z.strictObject({
  folder: z
    .string()
    .min(1)
    .describe('The folder of the sources, relative to the workspace.')
    .meta({ example: 'third_party/mill', $default: { $source: 'argv', index: 0 } }),
  url: z
    .string()
    .regex(/^[^-\s]\S*$/, 'expected the URL of a git repository')
    .describe('The git repository to add as a submodule; only required if the folder has no sources yet.')
    .meta({ example: 'https://git.example.org/mill.git' })
    .optional(),
  ref: z.coerce
    .string()
    .refine(isRevision, 'a tag or commit, which begins with no "-" and holds no space or ":"')
    .describe('The tag or commit to check out (default: the current commit).')
    .meta({ example: 'v2.1.0' })
    .optional(),
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'expected letters, digits, ".", "_" and "-"')
    .describe("The project name of the sources (default: the folder's name).")
    .meta({ example: 'mill' })
    .optional(),
  crate: z
    .string()
    .min(1)
    .describe(
      'The crate that the build options are for, by its name or folder (default: the only crate with a binary, or the root package of the largest workspace).',
    )
    .meta({ example: 'mill-server' })
    .optional(),
  features: z
    .array(z.string().min(1))
    .describe('The features to build the crate with.')
    .meta({ example: ['python'] })
    .optional(),
  fallbacks: z
    .array(z.string())
    .describe('Features to try if the build fails, each a list separated by commas.')
    .meta({ example: ['tls', ''] })
    .optional(),
  installTo: z
    .string()
    .min(1)
    .describe("Where to copy the host platform's binary, relative to the workspace.")
    .meta({ example: 'third_party/mill/mill-server' })
    .optional(),
  validate: z
    .string()
    .describe('Start a built binary with --version to validate it, and require this text in its output.')
    .meta({ example: 'Mill' })
    .optional(),
  client: z
    .string()
    .min(1)
    .describe('The folder of a Go client to create for the OpenAPI document of the sources.')
    .meta({ example: 'clients/mill' })
    .optional(),
  scripts: z
    .boolean()
    .describe('Add scripts to the package.json of the workspace that build and update the sources.')
    .default(false),
  skipFormat: z.boolean().describe('Do not format the changed files.').default(false),
});

export type VendorOptions = z.output<typeof schema>;
