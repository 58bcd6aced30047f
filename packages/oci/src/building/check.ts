import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { checkCompatibility, type RuntimeImage } from '@millwright/artifacts/image-check';
import { type ObjectFile, ObjectFileError, readObjectFile } from '@millwright/object-file';
import { platformInfo, nxRun } from '@millwright/toolkit/core';
import { ociError } from '../errors.js';
import type { ImageSettings } from '../options.js';
import type { ImageBinary } from './binaries.js';
import { binaryFolder } from './layers.js';

const remedies = {
  otherPlatform: (platform: string) => `use a base for ${platform}`,
  addLibrary: (library: string) => `add it to \`files\` with the path /usr/lib/${library}`,
};

/** An image without a base. */
export function emptyImage(architecture: string): RuntimeImage {
  return { name: 'scratch', architecture, loaders: [], libraries: [], glibc: undefined, musl: false };
}

/**
 * Checks that the binaries of an image can run in it.
 * @param absolute the path of a file of the workspace
 * @throws MillwrightError IMAGE_ARTIFACT_MISSING, IMAGE_CANNOT_RUN
 */
export async function checkBinaries(
  binaries: readonly ImageBinary[],
  image: RuntimeImage,
  settings: Pick<ImageSettings, 'files' | 'env'>,
  absolute: (path: string) => string,
): Promise<void> {
  for (const binary of binaries) {
    const { path, platform } = binary;
    const object = await objectOf(binary, absolute(path));
    const { objectArchitecture } = platformInfo(platform);
    const isOther = object.format === 'elf' && object.architecture !== objectArchitecture;
    if (isOther)
      throw ociError('IMAGE_CANNOT_RUN', {
        what: `${path} cannot run in the image for ${platform}`,
        why: `the binary was built for ${object.architecture}`,
        remedy: `build the binary for ${platform}, or correct \`binaries\` and \`platforms\` of the image`,
      });
    const [problem] = checkCompatibility(
      { name: path, path: posix.join(binaryFolder, posix.basename(path)), object },
      {
        place: `the image for ${platform}`,
        image: withFiles(
          image,
          settings.files.map((file) => file.path),
        ),
        engine: undefined,
        emulated: [],
        addedLibraries: settings.files.map((file) => file.path).filter((file) => /\.so(\.|$)/.test(file)),
        libraryPath: (settings.env.LD_LIBRARY_PATH ?? '')
          .split(':')
          .filter((folder) => folder.startsWith('/')),
        remedies,
      },
    );
    if (problem === undefined) continue;
    const { what, why, remedy } = problem;
    throw ociError('IMAGE_CANNOT_RUN', { what, why, remedy: remedy ?? otherBase });
  }
}

/** A loader may be among the added files. */
function withFiles(image: RuntimeImage, paths: readonly string[]): RuntimeImage {
  return { ...image, loaders: [...image.loaders, ...paths] };
}

const otherBase =
  'use a base with glibc, such as debian:bookworm-slim, or link the binary statically (libc: "musl")';

async function objectOf({ path, platform, builtBy }: ImageBinary, file: string): Promise<ObjectFile> {
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw ociError('IMAGE_ARTIFACT_MISSING', {
      what: `${path} cannot be added to the image`,
      why: 'the file does not exist',
      ...(builtBy === undefined ? {} : { remedy: nxRun(builtBy) }),
    });
  try {
    return await readObjectFile(file);
  } catch (error) {
    if (!(error instanceof ObjectFileError)) throw error;
    throw ociError('IMAGE_CANNOT_RUN', {
      what: `${path} cannot run in the image for ${platform}`,
      why: error.why,
      remedy: 'build the binary again, or correct `binaries` of the image',
    });
  }
}
