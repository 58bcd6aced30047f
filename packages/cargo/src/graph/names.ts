import { posix } from 'node:path';
import type { CargoWorkspace, Crate } from './model.js';

/**
 * The name of each folder's project: what the crate's manifest asks for, its crate's name where nothing else
 * of the repository has it, else one derived from the folder. A virtual workspace is named after its folder.
 * @param given names that other files of Nx give to a folder; they win
 * @param rootName the name of a virtual workspace at the repository's root
 */
export function projectNames(
  workspaces: readonly CargoWorkspace[],
  given: ReadonlyMap<string, string>,
  rootName: string,
): Map<string, string> {
  const crates = workspaces.flatMap((workspace) => workspace.crates);
  const names = new Map<string, string>(given);
  const counts = new Map<string, number>();
  for (const { name } of crates) counts.set(name, (counts.get(name) ?? 0) + 1);
  const elsewhere = new Set(given.values());
  const wanted = (crate: Crate) => {
    const own = crate.metadata?.name;
    if (typeof own === 'string') return own;
    const single = counts.get(crate.name) === 1 && !elsewhere.has(crate.name);
    return single ? crate.name : fromFolder(crate.root, crate.name);
  };
  for (const crate of crates) if (!names.has(crate.root)) names.set(crate.root, wanted(crate));
  const taken = new Set(names.values());
  for (const { root, crates: members } of workspaces) {
    if (names.has(root) || members.some((crate) => crate.root === root)) continue;
    const name = root === '.' ? rootName : posix.basename(root);
    names.set(root, taken.has(name) ? `${name}-workspace` : name);
  }
  return names;
}

function fromFolder(folder: string, name: string): string {
  return folder === '.' ? name : folder.replaceAll('/', '-');
}
