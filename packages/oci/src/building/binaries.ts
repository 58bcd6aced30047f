import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { artifactPath, declaredArtifact } from '@millwright/artifacts';
import { platformSlug } from '@millwright/toolkit/core';
import type { ImageSettings } from '../options.js';

/** A binary of an image. */
export interface ImageBinary {
  /** Relative to the workspace. */
  readonly path: string;
  readonly platform: string;
  /** The target that builds it, as a user types it. Undefined if it is given by its path. */
  readonly builtBy: string | undefined;
}

/** The names of the targets that may build a project for a platform, the most specific first. */
export function buildTargets(platform: string, libc: ImageSettings['libc']): string[] {
  const plain = `build-${platformSlug(platform)}`;
  return libc === undefined ? [plain] : [`${plain}-${libc}`, plain];
}

/**
 * Returns where the binaries of an image are: where the project's targets declare them, otherwise where the layout of
 * `artifacts/` has them.
 * @param configuration of the build: `release`
 */
export function binariesOf(
  { binaries, libc }: Pick<ImageSettings, 'binaries' | 'libc'>,
  platform: string,
  project: Pick<ProjectConfiguration, 'name' | 'targets'>,
  configuration: string,
): ImageBinary[] {
  const names = binaries ?? [project.name ?? ''];
  const targets = buildTargets(platform, libc);
  return names.map((name) => {
    if (name.includes('/'))
      return { path: posix.normalize(name.replaceAll('{platform}', platform)), platform, builtBy: undefined };
    for (const target of targets) {
      const built = project.targets?.[target];
      const path = built && declaredArtifact(built, configuration, name);
      if (path !== undefined) return { path, platform, builtBy: `${project.name ?? ''}:${target}` };
    }
    const target = targets.find((one) => project.targets?.[one] !== undefined);
    return {
      path: artifactPath({ target: platform, configuration, name }),
      platform,
      builtBy: target === undefined ? undefined : `${project.name ?? ''}:${target}`,
    };
  });
}
