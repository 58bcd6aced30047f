import { type CrateReads, joinedReads, type ReadPlace } from '../source-scan/crate-reads.js';

/** A folder that a source embeds and that is not there. */
export interface MissingFolder {
  /** Relative to the repository, or absolute; with its variable where that is not set. */
  readonly path: string;
  readonly place: ReadPlace;
}

/** Packages whose macros take a folder into the program. */
export function isEmbedding(name: string): boolean {
  return name.startsWith('rust-embed') || name.startsWith('include_dir');
}

/**
 * The folders that sources embed and that are not there. Whether the code that embeds one is compiled, nobody knows
 * before: it may stand below a condition.
 * @param exists asks for a path, relative to the repository or absolute
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

/** What is said of one before anything is compiled. */
export function formatMissingFolder({ path, place: { file, line } }: MissingFolder): string {
  const why = path.includes('$') ? 'its variable is not set' : 'it does not exist';
  return `${file}:${line} embeds the folder ${path}, and ${why}: build or name it first`;
}
