import { posix } from 'node:path';
import type { InlineModule, ModuleDeclaration } from './scanner/facts.js';

/** A source that may contain a module. */
export interface ModuleFile {
  readonly path: string;
  /** Whether its modules are in a folder of the same name, not beside it. */
  readonly nested: boolean;
  readonly testOnly: boolean;
}

/** Joins paths as the system does, resolving symbolic links before `..`. */
export type JoinPath = (folder: string, path: string) => string;

/** A folder to search for modules, and the name of the declaring source if it adds a subfolder. */
interface Place {
  readonly folder: string;
  readonly own: string | undefined;
}

/** More alternatives than any source declares with `cfg_attr`. */
const maxPlaces = 32;

/**
 * Returns the files that may contain a module `mod name;` (Rust reference, "Modules"; rustc_expand's `module.rs`):
 * those of its `#[path]` attributes, any of which may apply, and those derived from its name.
 * @param source the declaring source
 */
export function moduleFiles(
  source: Pick<ModuleFile, 'path' | 'nested'>,
  { name, within, paths, testOnly }: ModuleDeclaration,
  join: JoinPath,
): ModuleFile[] {
  const own = source.nested ? posix.basename(source.path, '.rs') : undefined;
  const places = within.reduce<readonly Place[]>(
    (found, module) => found.flatMap((place) => foldersOf(place, module, join)).slice(0, maxPlaces),
    [{ folder: posix.dirname(source.path), own }],
  );
  return places.flatMap((place) => {
    const named = paths.map((one) => ({
      path: join(place.folder, one.path),
      nested: false,
      testOnly: testOnly || one.testOnly,
    }));
    if (paths.some(({ always }) => always)) return named;
    const folder = posix.join(place.folder, place.own ?? '');
    return [
      ...named,
      { path: posix.join(folder, `${name}.rs`), nested: true, testOnly },
      { path: posix.join(folder, name, 'mod.rs'), nested: false, testOnly },
    ];
  });
}

/** Returns the folders to search for modules within an inline module; `#[path]` on it names the folder. */
function foldersOf(place: Place, { name, paths }: InlineModule, join: JoinPath): Place[] {
  const named = paths.map(({ path }) => ({ folder: join(place.folder, path), own: undefined }));
  if (paths.some(({ always }) => always)) return named;
  return [...named, { folder: posix.join(place.folder, place.own ?? '', name), own: undefined }];
}
