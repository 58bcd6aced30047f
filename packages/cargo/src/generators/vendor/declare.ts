import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { cargoError } from '../../errors.js';
import type { Crate } from '../../manifests/model.js';
import { formatSourceEntry, projectNameFor } from '../../vendored/source-entry.js';
import { readVendoredSources } from '../../vendored/vendored-crates.js';
import type { VendorOptions } from './schema.js';

/** Sources to declare. */
export interface Declared {
  /** The sources' folder, relative to the workspace. */
  readonly folder: string;
  readonly name: string;
  /** The crate that the build options are for. */
  readonly main: Crate | undefined;
  /** The names of the crates with binaries. */
  readonly candidates: readonly string[];
  readonly options: VendorOptions;
}

/**
 * Declares the sources in the millwright.toml that is nearest above them, or in a new one next to them.
 * @returns the path of the millwright.toml
 * @throws MillwrightError OPTION_INVALID, DESCRIPTION_INVALID
 */
export function declareSources(tree: Tree, { folder, name, main, candidates, options }: Declared): string {
  const { features, fallbacks, installTo, validate } = options;
  const choices = { features, fallbacks, installTo, validate };
  const isChosen = Object.values(choices).some((choice) => choice !== undefined);
  if (isChosen && main === undefined) {
    throw cargoError('OPTION_INVALID', {
      what: 'the options `features`, `fallbacks`, `installTo` and `validate` require a single crate',
      why:
        candidates.length === 0
          ? `${folder} has no crate with a binary`
          : `${folder} has several crates with binaries: ${candidates.join(', ')}`,
      remedy: 'select a crate with --crate',
    });
  }
  const path = fileAbove(tree, folder);
  const read = (of: string) => tree.read(of, 'utf8') ?? undefined;
  const { sources, errors } = readVendoredSources([path], read, {});
  for (const { error } of errors) throw error;
  if (sources.some((source) => source.folder === folder)) {
    if (isChosen) {
      throw cargoError('OPTION_INVALID', {
        what: `${path} already declares ${folder}`,
        why: 'the options `features`, `fallbacks`, `installTo` and `validate` apply only to new entries',
        remedy: `edit the entry in ${path}`,
      });
    }
    return path;
  }
  const crate = main && {
    folder: posix.relative(folder, main.root) || '.',
    name: projectNameFor(main, name, folder),
    choices,
  };
  const entry = formatSourceEntry({
    name,
    folder: posix.relative(posix.dirname(path), folder),
    ...(crate && { crate }),
  });
  const before = tree.read(path, 'utf8') ?? '';
  tree.write(path, before.trim() === '' ? entry : `${before.trimEnd()}\n\n${entry}`);
  return path;
}

/** Returns the nearest existing millwright.toml above a folder, or the path of a new one next to it. */
function fileAbove(tree: Tree, folder: string): string {
  for (let above = posix.dirname(folder); ; above = posix.dirname(above)) {
    const path = posix.join(above, 'millwright.toml');
    if (tree.exists(path)) return path;
    if (above === '.') return posix.join(posix.dirname(folder), 'millwright.toml');
  }
}
