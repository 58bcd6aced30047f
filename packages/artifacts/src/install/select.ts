import { platformNames, platformSlug } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { formatOf } from './unpack.js';
import type { ArchiveFormat } from '../archives/write.js';

/** A file in a folder that can be installed. */
export interface Candidate {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly platform: string;
  /** Undefined for a program that is not in an archive. */
  readonly format: ArchiveFormat | undefined;
}

const slugs = platformNames
  .map((platform) => ({ platform, slug: platformSlug(platform) }))
  .sort((left, right) => right.slug.length - left.slug.length);

/**
 * What a path is, by its name: an archive such as `app-1.2.3-linux-amd64.tar.gz`, or a program of a component's folder,
 * such as `binaries/app-linux-amd64`. Archives for another libc than the platform's usual one are left out.
 */
export function candidateOf(path: string): Candidate | undefined {
  const file = path.split('/').at(-1) ?? path;
  const format = formatOf(file);
  if (format === undefined && !path.startsWith('binaries/')) return undefined;
  const stem = format === undefined ? file.replace(/\.exe$/, '') : file.slice(0, -format.length - 1);
  const found = slugs.find(({ slug }) => stem.endsWith(`-${slug}`));
  if (found === undefined) return undefined;
  const full = stem.slice(0, -found.slug.length - 1);
  const [, name = full, version] = /^(.+?)-v?(\d+(?:\.\d+)+.*)$/.exec(full) ?? [];
  // The name becomes that of a folder.
  if (!/^[A-Za-z0-9][\w.+-]*$/.test(full)) return undefined;
  return { path, name, version, platform: found.platform, format };
}

/**
 * Returns the only candidate for a platform, with the name if one is specified.
 * @throws MillwrightError INSTALL_NOTHING_FITS
 */
export function selectCandidate(
  paths: readonly string[],
  platform: string,
  name: string | undefined,
  source: string,
): Candidate {
  const candidates = paths.flatMap((path) => candidateOf(path) ?? []);
  const named = candidates.filter((candidate) => name === undefined || candidate.name === name);
  const fitting = named.filter((candidate) => candidate.platform === platform);
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  const what = `nothing in ${source} can be installed`;
  const fail = (why: string, remedy: string) => artifactError('INSTALL_NOTHING_FITS', { what, why, remedy });
  if (only !== undefined)
    throw fail(
      `it has ${[...new Set(fitting.map((candidate) => candidate.path))].join(', ')} for ${platform}`,
      'choose one with --name, or pass the path of one archive',
    );
  const known = [
    ...new Set((named.length > 0 ? named : candidates).map((candidate) => candidate.platform)),
  ].sort();
  throw known.length > 0
    ? fail(
        name === undefined || named.length > 0
          ? `it is for ${known.join(', ')}, not for ${platform}`
          : `it has ${[...new Set(candidates.map((candidate) => candidate.name))].join(', ')}, not ${name}`,
        'choose another with --platform or --name',
      )
    : fail(
        'it has no archive whose name ends with a platform, and no folder `binaries`',
        'name archives like app-1.2.3-linux-amd64.tar.gz',
      );
}
