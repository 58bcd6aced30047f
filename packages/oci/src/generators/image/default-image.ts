import { platformSlug } from '@millwright/toolkit';
import type { z } from 'zod';
import type { projectImage } from '../../options.js';
import type { FoundProject } from '../found-project.js';

/** Settings as a user writes them. */
export type WrittenImage = z.input<typeof projectImage>;

const debian = 'debian:bookworm-slim';

/** What a user chose instead of a default. */
export interface Choices {
  readonly name: string | undefined;
  readonly base: string | undefined;
}

/**
 * Returns a sensible image of a project: on the smallest base that its binary runs on, as a user without rights.
 * @param origin the URL of the repository; undefined if there is none
 * @param hasVersion whether the artifacts of the project have a version
 */
export function defaultImage(
  project: FoundProject,
  { name, base }: Choices,
  origin: string | undefined,
  hasVersion: boolean,
): WrittenImage {
  const [first = 'linux/amd64'] = project.platforms;
  const plain = project.targets[`build-${platformSlug(first)}`];
  // A target of its own exists only beside a build for glibc.
  const isMuslApart = project.targets[`build-${platformSlug(first)}-musl`] !== undefined;
  const isStatic = isMuslApart || usesNoGlibc(plain);
  const chosen = base ?? (isStatic ? 'scratch' : debian);
  const repository = githubRepository(origin);
  const [owner] = repository?.split('/') ?? [];
  return {
    name:
      name ?? (owner === undefined ? '' : `ghcr.io/${owner}/`).toLowerCase() + imageComponent(project.name),
    ...(chosen === 'scratch' ? {} : { base: chosen }),
    ...(isMuslApart && chosen === 'scratch' ? { libc: 'musl' as const } : {}),
    ...(isDefault(project.platforms) ? {} : { platforms: project.platforms as WrittenImage['platforms'] }),
    user: 'app',
    ...(repository === undefined
      ? {}
      : { labels: { 'org.opencontainers.image.source': `https://github.com/${repository}` } }),
    ...(hasVersion ? { tags: ['{version}', 'latest'] } : {}),
  };
}

/** Returns true if the options of a build say that its binary does not use glibc. */
function usesNoGlibc(target: FoundProject['targets'][string] | undefined): boolean {
  const options = (target?.options ?? {}) as Readonly<Record<string, unknown>>;
  if (target?.executor === '@millwright/go:build') return options.cgo !== true;
  return options.libc === 'musl' || (typeof options.triple === 'string' && options.triple.includes('musl'));
}

function isDefault(platforms: readonly string[]): boolean {
  return platforms.join() === 'linux/amd64,linux/arm64';
}

/** Returns a component of an image name: lower-case letters and digits, separated by . _ or -. */
function imageComponent(project: string): string {
  const plain = project.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replaceAll(/^-|-$/g, '') || 'app';
}

/** Returns owner and name of a repository on GitHub. URLs may contain credentials, which are left out. */
export function githubRepository(url: string | undefined): string | undefined {
  const found =
    /^(?:https:\/\/(?:[^@/]*@)?|(?:ssh:\/\/)?git@)github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;
  return url === undefined ? undefined : found.exec(url.trim())?.[1];
}
