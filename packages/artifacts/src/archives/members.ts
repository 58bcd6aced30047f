import { lstatSync } from 'node:fs';
import { artifactError } from '../errors.js';
import { foldCase } from '../layout/project-folders.js';
import { pathProblem } from '../release/checksum-file.js';

/** How much of a file is read at a time, in bytes. */
export const fileChunk = 1 << 18;

/** A file that goes into an archive. */
export interface ArchiveMember {
  /** Its path in the archive, with forward slashes. */
  readonly name: string;
  /** The path of the file on disk. Links are not followed. */
  readonly source: string;
  /** Mode 0755 in the archive; otherwise 0644. */
  readonly isExecutable: boolean;
}

/** A member with its size. */
export interface SizedMember extends ArchiveMember {
  /** In bytes. */
  readonly size: number;
}

/**
 * Returns the members of an archive in order, with their sizes.
 * @throws MillwrightError ARCHIVE_MEMBER_REFUSED
 */
export function sizedMembers(members: readonly ArchiveMember[]): readonly SizedMember[] {
  const taken = new Map<string, string>();
  return [...members]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((member) => {
      const { name, source } = member;
      const problem = pathProblem(name);
      if (problem !== undefined) throw refused(name, `its name ${problem}`);
      const other = taken.get(foldCase(name));
      if (other !== undefined) throw refused(name, `on macOS and Windows, its name is the same as ${other}`);
      taken.set(foldCase(name), name);
      const found = lstatSync(source, { throwIfNoEntry: false });
      if (found === undefined) throw refused(name, `${source} does not exist`);
      if (!found.isFile()) throw refused(name, `${source} is not a regular file`);
      return { ...member, size: found.size };
    });
}

function refused(name: string, why: string) {
  return artifactError('ARCHIVE_MEMBER_REFUSED', { what: `cannot add ${name} to the archive`, why });
}
