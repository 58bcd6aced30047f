import type { Libc } from '@millwright/toolkit/core';
import type { ArchiveFormat } from '../archives/write.js';
import { artifactError } from '../errors.js';
import { isChecksumFile } from '../release/checksum-lists.js';
import { type ArchiveName, formatOf, isProgramName, otherEnding, parseArchiveName } from './archive-name.js';

/** A file in a folder that can be installed. */
export interface Candidate extends ArchiveName {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** Undefined for a program that is not in an archive. */
  readonly format: ArchiveFormat | undefined;
}

/** What to install. */
export interface Wanted {
  /** An OCI platform. */
  readonly platform: string;
  /** The C library of the system, if it is known. */
  readonly libc?: Libc | undefined;
  /** Which of several components of the folder. */
  readonly name?: string | undefined;
}

/**
 * What a path is, by its name: an archive such as `app-1.2.3-linux-amd64.tar.gz`, or a program such as `app-linux-amd64`,
 * which components have in their folder `binaries`.
 */
export function candidateOf(path: string): Candidate | undefined {
  const file = path.split('/').at(-1) ?? path;
  const archive = formatOf(file);
  const isProgram = path.startsWith('binaries/') || (!path.includes('/') && isProgramName(file));
  if (archive === undefined && !isProgram) return undefined;
  const parsed = parseArchiveName((archive?.stem ?? file).replace(/\.exe$/, ''));
  if (parsed === undefined || isChecksumFile(parsed.name)) return undefined;
  return { ...parsed, path, format: archive?.format };
}

/**
 * Returns the only candidate for a platform, with the name if one is specified. Of builds that differ only in the C library
 * or the format, it returns the one that fits best.
 * @throws MillwrightError INSTALL_NOTHING_FITS
 */
export function selectCandidate(paths: readonly string[], wanted: Wanted, source: string): Candidate {
  const { platform, libc, name } = wanted;
  const candidates = paths.flatMap((path) => candidateOf(path) ?? []);
  const named = candidates.filter((candidate) => name === undefined || candidate.name === name);
  const onPlatform = named.filter(({ platforms }) => platforms.includes(platform));
  const running = onPlatform.filter((candidate) => libc !== 'musl' || candidate.libc !== 'gnu');
  // Many releases have a program itself beside its archive, and further ones.
  const packed = running.filter(({ format, path }) => format !== undefined || path.includes('/'));
  const fitting = packed.length > 0 ? packed : running;
  const best = Math.min(...fitting.map((candidate) => distance(candidate, wanted)));
  // Another component is no alternative, even if its build fits less well.
  const isOne =
    new Set(fitting.map((candidate) => `${candidate.name} ${candidate.version ?? ''}`)).size === 1;
  const [only, ...others] = isOne
    ? fitting.filter((candidate) => distance(candidate, wanted) === best)
    : fitting;
  if (only !== undefined && others.length === 0) return only;
  const what = `nothing in ${source} can be installed`;
  const fail = (why: string, remedy: string) => artifactError('INSTALL_NOTHING_FITS', { what, why, remedy });
  if (only !== undefined)
    throw fail(
      `it has ${[...new Set(fitting.map((candidate) => candidate.path))].join(', ')} for ${platform}`,
      'choose one with --name, or pass the path of one archive',
    );
  if (onPlatform.length > 0)
    throw fail(
      `${onPlatform.map(({ path }) => path).join(', ')} needs glibc, and this system has musl`,
      'ask the publisher for a build for musl',
    );
  const refused = paths.find((path) => isOfOtherKind(path, wanted));
  if (refused !== undefined)
    throw fail(
      `it has ${refused} for ${platform}, and files of the kind ${otherEnding(refused) ?? ''} cannot be unpacked`,
      'use an archive in .tar.gz, .tar.zst or .zip',
    );
  const known = [
    ...new Set((named.length > 0 ? named : candidates).flatMap((candidate) => candidate.platforms)),
  ].sort();
  throw known.length > 0
    ? fail(
        name === undefined || named.length > 0
          ? `it is for ${known.join(', ')}, not for ${platform}`
          : `it has ${[...new Set(candidates.map((candidate) => candidate.name))].join(', ')}, not ${name}`,
        'choose another with --platform or --name',
      )
    : fail(
        'it has no archive and no program whose name contains a platform',
        'name archives like app-1.2.3-linux-amd64.tar.gz',
      );
}

/** How badly a candidate fits, from 0: first the platform, then the C library, then the format. */
function distance({ platforms, libc, format }: Candidate, wanted: Wanted): number {
  // On Windows, the C library of the system is msvc; on Linux, it is gnu unless the system has musl.
  const other = wanted.platform.startsWith('windows/') ? 'gnu' : 'musl';
  const library = wanted.libc === 'musl' ? Number(libc !== 'musl') : Number(libc === other);
  const formats = ['tar.gz', 'tar.zst', 'zip', undefined];
  return platforms.indexOf(wanted.platform) * 100 + library * 10 + formats.indexOf(format);
}

function isOfOtherKind(path: string, { platform, name }: Wanted): boolean {
  const ending = otherEnding(path);
  if (ending === undefined) return false;
  const parsed = parseArchiveName(path.split('/').at(-1)?.slice(0, -ending.length) ?? '');
  return parsed?.platforms.includes(platform) === true && (name === undefined || parsed.name === name);
}
