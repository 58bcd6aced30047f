import { posix } from 'node:path';
import { projectNames } from '../../graph/names.js';
import type { CargoRepository } from '../../graph/repository.js';
import type { CrateList } from '../../graph/described/stand-ins.js';
import { hasFinalFiles } from '../../graph/targets/targets.js';
import { isBelow } from '../../graph/workspaces.js';

/**
 * What is recorded of the crates of a source, so that they are listed where the source is not.
 * @param folder the source's folder
 * @param given the names that the description gives to folders
 */
export function listCrates(
  { workspaces, crates, edges }: CargoRepository,
  folder: string,
  given: ReadonlyMap<string, string>,
): CrateList['crates'] {
  const names = projectNames(workspaces, given, folder);
  const below = (path: string) => posix.relative(folder, path) || '.';
  return [...crates.values()]
    .filter(({ root }) => isBelow(root, folder))
    .sort((a, b) => (a.root < b.root ? -1 : 1))
    .map((crate) => ({
      folder: below(crate.root),
      name: names.get(crate.root) ?? crate.name,
      builds: hasFinalFiles(crate),
      runs: crate.targets.some(({ kind }) => kind === 'bin'),
      dependsOn: edges
        .filter(({ source, target }) => source === crate.root && target !== crate.root)
        .map(({ target }) => below(target))
        .sort(),
    }));
}

/** The list as text, a crate a line, so that a change of one is a change of a line. */
export function formatCrateList({ commit, crates }: CrateList): string {
  const lines = crates.map((crate) => `    ${JSON.stringify(crate)}`).join(',\n');
  return `{\n  "commit": ${JSON.stringify(commit)},\n  "crates": [\n${lines}\n  ]\n}\n`;
}
