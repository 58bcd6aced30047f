import { posix } from 'node:path';
import type { Crate } from '../../manifests/model.js';
import type { CargoRepository } from '../../manifests/repository.js';
import type { InferredFact } from '../../vendored/inferred-facts.js';
import type { CrateList } from '../../vendored/placeholder-projects.js';
import { hasFinalFiles } from '../../inference/targets.js';
import { isWithin } from '../../manifests/workspaces.js';

/**
 * Lists the crates of a source, for placeholder projects in clones without the source.
 * @param folder the source's folder
 * @param projectNames the names that the millwright.toml sets, by folder
 */
export function listCrates(
  { crates, edges }: CargoRepository,
  folder: string,
  projectNames: ReadonlyMap<string, string>,
): CrateList['crates'] {
  const below = (path: string) => posix.relative(folder, path) || '.';
  return [...crates.values()]
    .filter(({ root }) => isWithin(root, folder))
    .sort((a, b) => (a.root < b.root ? -1 : 1))
    .map((crate) => ({
      folder: below(crate.root),
      name: projectNames.get(crate.root) ?? manifestName(crate),
      builds: hasFinalFiles(crate),
      runs: crate.targets.some(({ kind }) => kind === 'bin'),
      dependsOn: edges
        .filter(({ source, target }) => source === crate.root && target !== crate.root)
        .map(({ target }) => below(target))
        .sort(),
    }));
}

/** Returns the project name that a crate's manifest sets, by default the crate's name. */
function manifestName({ name, metadata }: Crate): string {
  return typeof metadata?.name === 'string' ? metadata.name : name;
}

interface CrateListParts {
  readonly commit: string;
  readonly crates: CrateList['crates'];
  readonly inferred: readonly InferredFact[];
}

/** Formats the list with one crate or fact per line, so that diffs are readable. */
export function formatCrateList({ commit, crates, inferred }: CrateListParts): string {
  const lines = (values: readonly object[]) =>
    values.length === 0
      ? '[]'
      : `[\n${values.map((value) => `    ${JSON.stringify(value)}`).join(',\n')}\n  ]`;
  return `{\n  "commit": ${JSON.stringify(commit)},\n  "crates": ${lines(crates)},\n  "inferred": ${lines(inferred)}\n}\n`;
}
