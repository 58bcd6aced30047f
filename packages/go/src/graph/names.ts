import { posix } from 'node:path';
import type { GoModule } from './model.js';

/**
 * The name of each module's project: the last element of the module's path, a major version passed over, where no
 * other module of the repository has it, else one derived from the folder.
 * @param given names that other files of Nx give to a folder; they win
 */
export function projectNames(
  modules: Iterable<GoModule>,
  given: ReadonlyMap<string, string>,
): Map<string, string> {
  const all = [...modules];
  const names = new Map<string, string>();
  const counts = Map.groupBy(all, shortName);
  for (const module of all) {
    const short = shortName(module);
    const own =
      counts.get(short)?.length === 1 || module.root === '.' ? short : module.root.replaceAll('/', '-');
    names.set(module.root, given.get(module.root) ?? own);
  }
  return names;
}

function shortName({ mod }: GoModule): string {
  return posix.basename(mod.module.replace(/(\/|\.)v\d+$/, ''));
}
