import type { TargetConfiguration } from '@nx/devkit';
import { z } from 'zod';
import { laterFileEndings } from '../layout/layout.js';
import type { PackagedProject } from '../packaging/targets.js';
import { failOnValues } from '../scan/fail-on.js';
import { specVersions } from './spec-versions.js';

const settings = z.strictObject({
  targetName: z.string().min(1).default('sbom'),
  specVersion: z.enum(specVersions).default('1.6'),
  supplier: z.string().min(1).optional(),
  /** The settings of the target that scans the SBOMs. */
  scan: z
    .strictObject({
      targetName: z.string().min(1).default('scan'),
      database: z.string().min(1),
      ignore: z.string().min(1).optional(),
      failOn: z.enum(failOnValues).optional(),
    })
    .optional(),
});

/** The plugin option that enables SBOMs; undefined if it is disabled. */
export const sbomOption = z
  .union([z.boolean(), settings])
  .transform((value) => (value === true ? settings.parse({}) : value === false ? undefined : value))
  .describe(
    'Whether to infer a target that writes an SBOM (CycloneDX) for each artifact, or its settings: `targetName`, `specVersion` (`1.6` or `1.7`), `supplier`, the organization that publishes the artifacts, and `scan`, the settings of a target that compares the SBOMs with an OSV database (default: no target).',
  )
  .meta({ example: { targetName: 'bill-of-materials', specVersion: '1.7' } })
  .optional();

export type SbomOption = z.output<typeof sbomOption>;

/** Returns the target that writes SBOMs; none unless the plugin's options enable it. */
export function sbomTargets(
  { name, builds }: PackagedProject,
  option: SbomOption,
): Record<string, TargetConfiguration> {
  const artifacts = builds.flatMap((build) => build.artifacts);
  if (option === undefined || artifacts.length === 0) return {};
  const { targetName, specVersion, supplier, scan } = option;
  return {
    ...(scan === undefined ? {} : scanTarget(name, targetName, artifacts, scan)),
    [targetName]: {
      executor: '@millwright/artifacts:sbom',
      cache: true,
      dependsOn: builds.map(({ target }) => target),
      inputs: [
        { dependentTasksOutputFiles: '**/*.{sha256,version,units.json}' },
        // Licences of the workspace's own crates are read in their manifests.
        '{workspaceRoot}/**/Cargo.toml',
        { externalDependencies: [] },
      ],
      outputs: artifacts.map((artifact) => `{workspaceRoot}/${artifact}${laterFileEndings.sbom}`),
      options: {
        artifacts,
        ...(specVersion === '1.6' ? {} : { specVersion }),
        ...(supplier === undefined ? {} : { supplier }),
      },
      metadata: { description: `Writes the SBOM of each artifact of ${name}` },
    },
  };
}

/** Never cached: the age of the database and the expiry of decisions depend on the day. */
function scanTarget(
  name: string,
  sbomTarget: string,
  artifacts: readonly string[],
  { targetName, ...options }: NonNullable<NonNullable<SbomOption>['scan']>,
): Record<string, TargetConfiguration> {
  return {
    [targetName]: {
      executor: '@millwright/artifacts:scan',
      cache: false,
      dependsOn: [sbomTarget],
      options: { artifacts, ...options },
      metadata: { description: `Scans the SBOM of each artifact of ${name} for vulnerabilities` },
    },
  };
}
