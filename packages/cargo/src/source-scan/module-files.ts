import { posix } from 'node:path';
import type { InlineModule, ModuleDeclaration } from './scanner/facts.js';

/** A source that a module may lie in. */
export interface ModuleFile {
  readonly path: string;
  /** Whether its own modules lie in a folder of its name, not beside it. */
  readonly nested: boolean;
  readonly testOnly: boolean;
}

/** Joins a path to a folder as the system does, which follows a link before it steps up. */
export type JoinPath = (folder: string, path: string) => string;

/** A folder that modules are looked for in, and the name in it of the source that declares them. */
interface Place {
  readonly folder: string;
  readonly own: string | undefined;
}

/** More alternatives than `cfg_attr` is used for. */
const most = 32;

/**
 * The files that a `mod name;` may lie in (Rust reference, "Modules"; rustc_expand's `module.rs`): by its `#[path]`
 * attributes, any of which may hold, and by its name.
 * @param source the source that declares it
 */
export function moduleFiles(
  source: Pick<ModuleFile, 'path' | 'nested'>,
  { name, within, paths, testOnly }: ModuleDeclaration,
  join: JoinPath,
): ModuleFile[] {
  const own = source.nested ? posix.basename(source.path, '.rs') : undefined;
  const places = within.reduce<readonly Place[]>(
    (found, module) => found.flatMap((place) => foldersOf(place, module, join)).slice(0, most),
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

/** Where the modules in an inline module are looked for; a `#[path]` on it names the folder. */
function foldersOf(place: Place, { name, paths }: InlineModule, join: JoinPath): Place[] {
  const named = paths.map(({ path }) => ({ folder: join(place.folder, path), own: undefined }));
  if (paths.some(({ always }) => always)) return named;
  return [...named, { folder: posix.join(place.folder, place.own ?? '', name), own: undefined }];
}
