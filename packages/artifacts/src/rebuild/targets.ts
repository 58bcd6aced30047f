import type { TargetConfiguration } from '@nx/devkit';
import { z } from 'zod';
import type { PackagedProject } from '../packaging/targets.js';

const settings = z.strictObject({
  targetName: z.string().min(1).default('rebuild'),
  /** Of the secret key that signs the results. */
  key: z.string().min(1).optional(),
});

/** The plugin option that enables rebuilds; undefined if it is disabled. */
export const rebuildOption = z
  .union([z.boolean(), settings])
  .transform((value) => (value === true ? settings.parse({}) : value === false ? undefined : value))
  .describe(
    'Whether to infer a target that builds each artifact again from its provenance and compares both files, or its settings: `targetName`, and `key`, a cosign key that signs the results (default: no target).',
  )
  .meta({ example: { key: '/run/secrets/cosign.key' } })
  .optional();

export type RebuildOption = z.output<typeof rebuildOption>;

/** Returns the target that rebuilds artifacts; none unless the plugin's options enable it. */
export function rebuildTargets(
  { name, builds }: PackagedProject,
  option: RebuildOption,
): Record<string, TargetConfiguration> {
  const artifacts = builds.flatMap((build) => build.artifacts);
  if (option === undefined || artifacts.length === 0) return {};
  const { targetName, key } = option;
  return {
    [targetName]: {
      executor: '@millwright/artifacts:rebuild',
      // A restored result would prove nothing.
      cache: false,
      dependsOn: builds.map(({ target }) => target),
      options: { artifacts, ...(key === undefined ? {} : { key }) },
      metadata: { description: `Builds each artifact of ${name} again, and compares both files` },
    },
  };
}
