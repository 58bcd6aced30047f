import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

export const title = 'Writes the CI of a workspace: affected builds, checks, signed releases';

/** Texts that become part of scripts. They cannot contain what a shell or a CI system would interpret. */
const plain = (pattern: RegExp, meaning: string) => z.string().regex(pattern, meaning);

export const schema = z.strictObject({
  ci: z
    .enum(['github', 'gitlab'])
    .describe('The CI system: GitHub Actions or GitLab.')
    .meta({ $default: { $source: 'argv', index: 0 } })
    .default('github'),
  branch: plain(/^[\w][\w./-]*$/, 'the name of a branch')
    .describe(
      'The branch that is built completely, and whose results the remote cache trusts (default: `defaultBase` of nx.json).',
    )
    .meta({ example: 'main' })
    .optional(),
  targets: z
    .array(plain(/^[\w][\w:.@-]*$/, 'the name of a target'))
    .min(1)
    .describe(
      'The targets that run for each change (default: those of build, test, lint and format-check that the workspace has).',
    )
    .meta({ example: ['build', 'test'] })
    .optional(),
  cacheServer: plain(/^https?:\/\/[\w.-]+(:\d+)?(\/[\w./-]*)?$/, 'an http or https URL')
    .describe('The URL of a Millwright server with a remote cache (default: no remote cache).')
    .meta({ example: 'https://cache.example.org' })
    .optional(),
  cacheWorkspace: plain(/^[\w][\w.-]*$/, 'letters, digits, `.`, `_` and `-`')
    .describe('The name of the workspace at that server (default: the name in package.json).')
    .meta({ example: 'shop' })
    .optional(),
  tags: plain(/^[\w*][\w.*/-]*$/, 'letters, digits, `*`, `.`, `_`, `/` and `-`')
    .describe('The pattern of tags that are released.')
    .meta({ example: 'release-*' })
    .default('v*'),
  crossCompile: z
    .array(z.enum(platformNames as readonly [string, ...string[]]))
    .describe(
      'Platforms that are linked on Linux although Rust or cgo needs their own system for them: your workspace configures a linker or an SDK.',
    )
    .meta({ example: ['darwin/arm64'] })
    .default([]),
  submodules: z
    .boolean()
    .describe('Whether jobs check out submodules (default: whether the workspace has any).')
    .optional(),
  overwrite: z.boolean().describe('Replace files that exist.').default(false),
  skipFormat: z.boolean().describe('Do not format the written files.').default(false),
});

export type Options = z.output<typeof schema>;
