import type { TargetConfiguration } from '@nx/devkit';
import { z } from 'zod';
import { archivesFolder, artifactsFolder } from '../layout/layout.js';
import { documentInputs } from './documents.js';

const signSettings = z.strictObject({
  targetName: z.string().min(1).default('sign'),
  /** Of the secret key; the environment has it if there is none. */
  key: z.string().min(1).optional(),
  /** Without a key, and the services of an own Sigstore instance. */
  keyless: z.boolean().optional(),
  fulcioUrl: z.url().optional(),
  rekorUrl: z.url().optional(),
  rekorVersion: z.literal([1, 2]).optional(),
  timestampUrl: z.url().optional(),
  perFile: z.boolean().optional(),
  /** Whether provenance and SBOM are signed too. */
  attest: z.boolean().default(false),
  trustCache: z.boolean().optional(),
  /** What the target that verifies trusts. */
  publicKeys: z.array(z.string().min(1)).default([]),
  verifyTargetName: z.string().min(1).default('verify'),
  rotations: z.array(z.string().min(1)).optional(),
  revoked: z.string().min(1).optional(),
  certificateIdentity: z.string().min(1).optional(),
  certificateOidcIssuer: z.url().optional(),
  trustedRoot: z.string().min(1).optional(),
});

type SignSettings = z.output<typeof signSettings>;

const packageSettings = z.strictObject({
  targetName: z.string().min(1).default('package'),
  format: z.enum(['tar.gz', 'tar.zst']).default('tar.gz'),
  files: z.array(z.string().min(1)).default([]),
  sign: z
    .union([z.boolean(), signSettings])
    .transform((value) => (value === true ? signSettings.parse({}) : value === false ? undefined : value))
    .optional(),
});

/** The plugin option that enables packaging; undefined if it is disabled. */
export const packageOption = z
  .union([z.boolean(), packageSettings])
  .transform((value) => (value === true ? packageSettings.parse({}) : value === false ? undefined : value))
  .describe(
    'Whether to infer a target that packages artifacts into archives, or its settings: `targetName`, `format` (`tar.gz` or `tar.zst`), and `files`, further files for each archive, relative to the workspace, and `sign`, whether to infer a target that signs the archives, or its settings (default: no target).',
  )
  .meta({ example: { targetName: 'archive', files: ['docs/manual.pdf'] } })
  .optional();

export type PackageOption = z.output<typeof packageOption>;

/** The artifacts of a project to package. */
export interface PackagedProject {
  readonly name: string;
  /** Relative to the workspace. */
  readonly root: string;
  /** The build targets of the platforms, with the paths of their artifacts relative to the workspace. */
  readonly builds: readonly { readonly target: string; readonly artifacts: readonly string[] }[];
}

/** Returns the folder of a project's archives, relative to the workspace. */
export function archivesOf(project: string): string {
  return `${artifactsFolder}/${archivesFolder}/${project.replaceAll(/[^\w.-]+/g, '-')}`;
}

/**
 * Returns the targets that package a project's artifacts; none unless the plugin's options enable packaging.
 * @param sbomTarget the target that writes the SBOMs to sign, if there is one
 */
export function packageTargets(
  { name, root, builds }: PackagedProject,
  option: PackageOption,
  sbomTarget?: string,
): Record<string, TargetConfiguration> {
  const artifacts = builds.flatMap((build) => build.artifacts);
  if (option === undefined || artifacts.length === 0) return {};
  const { targetName, format, files, sign } = option;
  return {
    ...(sign === undefined
      ? {}
      : signTargets(name, [targetName, ...(sign.attest ? [sbomTarget ?? []].flat() : [])], artifacts, sign)),
    [targetName]: {
      executor: '@millwright/artifacts:package',
      cache: true,
      dependsOn: builds.map(({ target }) => target),
      inputs: [
        // Small files that represent the artifact.
        { dependentTasksOutputFiles: '**/*.sha256' },
        { dependentTasksOutputFiles: '**/*.version' },
        ...documentInputs(root),
        ...files.map((file) => `{workspaceRoot}/${file}`),
        { env: 'SOURCE_DATE_EPOCH' },
        // The bytes of an archive depend on the libraries that compress it.
        { runtime: 'node -p process.versions.zlib+process.versions.zstd' },
        { externalDependencies: [] },
      ],
      outputs: ['{options.outputPath}/*.{tar.gz,tar.zst,zip,sha256}', '{options.outputPath}/SHA256SUMS'],
      options: {
        artifacts,
        outputPath: archivesOf(name),
        format,
        ...(files.length === 0 ? {} : { files }),
      },
      metadata: { description: `Packages ${name} into archives with checksums` },
    },
  };
}

/** The targets that sign and verify a project's archives. Neither is ever cached. */
function signTargets(
  project: string,
  dependsOn: readonly string[],
  artifacts: readonly string[],
  settings: SignSettings,
): Record<string, TargetConfiguration> {
  const { targetName, verifyTargetName, publicKeys, ...others } = settings;
  const { rotations, revoked, certificateIdentity, certificateOidcIssuer, trustedRoot, attest, ...options } =
    others;
  const folder = archivesOf(project);
  const verify: TargetConfiguration = {
    executor: '@millwright/artifacts:verify',
    cache: false,
    options: {
      folder,
      ...(publicKeys.length === 0 ? {} : { keys: publicKeys }),
      ...defined({ rotations, revoked, certificateIdentity, certificateOidcIssuer, trustedRoot }),
    },
    metadata: { description: `Verifies the signatures of the archives of ${project}` },
  };
  return {
    [targetName]: {
      executor: '@millwright/artifacts:sign',
      cache: false,
      dependsOn: [...dependsOn],
      options: { folder, ...options, ...(attest ? { attest: artifacts } : {}) },
      metadata: { description: `Signs the archives of ${project}` },
    },
    [verifyTargetName]: verify,
  };
}

function defined(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
