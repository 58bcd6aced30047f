import { posix } from 'node:path';
import type { Crate } from '../../manifests/model.js';
import type { CargoRepository } from '../../manifests/repository.js';
import type { CrateList } from '../../vendored/placeholder-projects.js';
import { hasFinalFiles } from '../../inference/targets.js';
import { isWithin } from '../../manifests/workspaces.js';

/**
 * What is recorded of the crates of a source, so that they are listed where the source is not.
 * @param folder the source's folder
 * @param given the names that the description gives to folders
 */
export function listCrates(
  { crates, edges }: CargoRepository,
  folder: string,
  given: ReadonlyMap<string, string>,
): CrateList['crates'] {
  const below = (path: string) => posix.relative(folder, path) || '.';
  return [...crates.values()]
    .filter(({ root }) => isWithin(root, folder))
    .sort((a, b) => (a.root < b.root ? -1 : 1))
    .map((crate) => ({
      folder: below(crate.root),
      name: given.get(crate.root) ?? ownName(crate),
      builds: hasFinalFiles(crate),
      runs: crate.targets.some(({ kind }) => kind === 'bin'),
      dependsOn: edges
        .filter(({ source, target }) => source === crate.root && target !== crate.root)
        .map(({ target }) => below(target))
        .sort(),
    }));
}

/** The name that a crate's manifest asks for. */
function ownName({ name, metadata }: Crate): string {
  return typeof metadata?.name === 'string' ? metadata.name : name;
}

/** The list as text, a crate a line, so that a change of one is a change of a line. */
export function formatCrateList({ commit, crates }: CrateList): string {
  const lines = crates.map((crate) => `    ${JSON.stringify(crate)}`).join(',\n');
  return `{\n  "commit": ${JSON.stringify(commit)},\n  "crates": [\n${lines}\n  ]\n}\n`;
}
