import { type CrateReads, joinedReads, type ReadPlace } from '../source-scan/crate-reads.js';

/** A folder that a source embeds but that does not exist. */
export interface MissingFolder {
  /** Relative to the repository, or absolute; contains the variable if that is not set. */
  readonly path: string;
  readonly place: ReadPlace;
}

/** Returns whether a package's macros embed folders into the binary. */
export function isEmbedding(name: string): boolean {
  return name.startsWith('rust-embed') || name.startsWith('include_dir');
}

/**
 * Returns the folders that sources embed but that do not exist. The embedding code may be conditional, so a missing
 * folder is not necessarily an error.
 * @param exists returns whether a path, relative to the repository or absolute, exists
 */
export function missingFolders(
  reads: Iterable<CrateReads>,
  exists: (path: string) => boolean,
): MissingFolder[] {
  return [...reads].flatMap(({ library, binaries, unset }) => {
    const { files, outside } = joinedReads([library, binaries]);
    const folders = [...files, ...outside].filter(
      ([, { by }]) => by === '#[folder]' || by === 'include_dir!',
    );
    return [...folders.filter(([path]) => !exists(path)), ...unset].map(([path, place]) => ({ path, place }));
  });
}

/** Formats the warning about a missing folder. */
export function formatMissingFolder({ path, place: { file, line } }: MissingFolder): string {
  return path.includes('$')
    ? `${file}:${line} embeds the folder ${path}, but the variable is not set: set it before the build`
    : `${file}:${line} embeds the folder ${path}, which does not exist: create it before the build`;
}
