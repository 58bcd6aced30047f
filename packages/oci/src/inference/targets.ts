import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { artifactsFolder, imagesFolder } from '@millwright/artifacts';
import { folderInput, pathInput } from '@millwright/toolkit';
import { buildTargets } from '../building/binaries.js';
import { lockName } from '../base/lock.js';
import type { ImageSettings } from '../options.js';

/** Returns the folder of an image, relative to the workspace. */
export function imageFolder(name: string): string {
  const parts = name.split('/');
  const repository = parts.length > 1 && /[.:]/.test(parts[0] ?? '') ? parts.slice(1) : parts;
  return posix.join(artifactsFolder, imagesFolder, repository.join('-').replaceAll(/[^\w.-]+/g, '-'));
}

/** Returns the targets of a project with an image. Only the image itself is cached. */
export function imageTargets(image: ImageSettings): Record<string, TargetConfiguration> {
  const { name, base, attestations } = image;
  const isInline = attestations === 'inline';
  const options = { ...image, outputPath: imageFolder(name) };
  const inputs = [
    // Small files that represent the binaries.
    { dependentTasksOutputFiles: isInline ? '**/*.{sha256,provenance.json,cdx.json}' : '**/*.sha256' },
    ...image.files.flatMap(({ source }) => [pathInput(source), folderInput(source)]),
    ...(base === 'scratch' ? [] : [`{workspaceRoot}/${lockName}`]),
    { env: 'SOURCE_DATE_EPOCH' },
    // The bytes of layers depend on the library that compresses them.
    { runtime: 'node -p process.versions.zlib' },
    { externalDependencies: [] },
  ];
  const target = (executor: string, description: string, more: Partial<TargetConfiguration> = {}) => ({
    executor: `@millwright/oci:${executor}`,
    cache: false,
    dependsOn: ['oci-image'],
    inputs,
    options,
    metadata: { description },
    ...more,
  });
  return {
    'oci-image': target('oci-image', `Writes the image ${name} for ${image.platforms.join(', ')}`, {
      cache: true,
      dependsOn: [
        ...image.platforms.flatMap((platform) => buildTargets(platform, image.libc)),
        ...(isInline ? ['sbom'] : []),
      ],
      outputs: ['{options.outputPath}'],
    }),
    'oci-push': target('oci-push', `Pushes the image ${name}`),
    'oci-load': target('oci-load', `Loads the image ${name} into Docker or podman`),
    'oci-verify': target('oci-verify', `Verifies the image ${name} in its folder and in its registry`),
    ...(base === 'scratch'
      ? {}
      : {
          'oci-base-update': target('oci-base-update', `Records the current digest of ${base}`, {
            dependsOn: [],
            options: { base },
          }),
        }),
  };
}
