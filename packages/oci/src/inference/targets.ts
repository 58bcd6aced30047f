import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { artifactsFolder, imagesFolder } from '@millwright/artifacts';
import { folderInput, pathInput } from '@millwright/toolkit';
import { buildTargets } from '../building/binaries.js';
import type { ImageSettings } from '../options.js';

/** Returns the folder of an image, relative to the workspace. */
export function imageFolder(name: string): string {
  const parts = name.split('/');
  const repository = parts.length > 1 && /[.:]/.test(parts[0] ?? '') ? parts.slice(1) : parts;
  return posix.join(artifactsFolder, imagesFolder, repository.join('-').replaceAll(/[^\w.-]+/g, '-'));
}

/** Returns the targets of a project with an image. */
export function imageTargets(image: ImageSettings): Record<string, TargetConfiguration> {
  const outputPath = imageFolder(image.name);
  const builds = image.platforms.flatMap((platform) => buildTargets(platform, image.libc));
  return {
    'oci-image': {
      executor: '@millwright/oci:oci-image',
      cache: true,
      dependsOn: builds,
      inputs: [
        // Small files that represent the binaries.
        { dependentTasksOutputFiles: '**/*.sha256' },
        ...image.files.flatMap(({ source }) => [pathInput(source), folderInput(source)]),
        ...(image.base === 'scratch' ? [] : [`{workspaceRoot}/millwright.images.lock`]),
        { env: 'SOURCE_DATE_EPOCH' },
        // The bytes of layers depend on the library that compresses them.
        { runtime: 'node -p process.versions.zlib' },
        { externalDependencies: [] },
      ],
      outputs: ['{options.outputPath}'],
      options: { ...image, outputPath },
      metadata: { description: `Writes the image ${image.name} for ${image.platforms.join(', ')}` },
    },
  };
}
