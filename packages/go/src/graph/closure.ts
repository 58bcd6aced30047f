import type { BuildContext } from './build-constraint.js';
import type { GoModule, GoPackage, GoSource } from './model.js';
import { builtSources } from './packages.js';
import { type GoRepository, type LocalModules, resolveImport } from './repository.js';

/** What a build takes of the repository. */
export interface Closure {
  /** The packages by folder, each with the sources that take part. */
  readonly packages: ReadonlyMap<
    string,
    { readonly pkg: GoPackage; readonly sources: ReadonlyMap<string, GoSource> }
  >;
  /** The modules of these packages, by folder. */
  readonly modules: ReadonlyMap<string, GoModule>;
  /** The imports that lead out of the repository, the standard library's left out, sorted. */
  readonly external: readonly string[];
}

/** The packages that programs are built from, through the repository's modules. @param folders main packages */
export function closureOf(
  module: GoModule,
  folders: readonly string[],
  local: LocalModules,
  repository: GoRepository,
  context: BuildContext,
): Closure {
  const packages = new Map<string, { pkg: GoPackage; sources: ReadonlyMap<string, GoSource> }>();
  const modules = new Map([[module.root, module]]);
  const external = new Set<string>();
  const queue = folders.map((folder) => ({ module, folder }));
  for (const { module: owner, folder } of queue) {
    if (packages.has(folder)) continue;
    const pkg = owner.packages.get(folder) ?? { folder, sources: new Map<string, GoSource>() };
    modules.set(owner.root, owner);
    const sources = builtSources(pkg, context);
    packages.set(folder, { pkg, sources });
    for (const path of [...sources.values()].flatMap((source) => source.imports)) {
      const found = resolveImport(path, local, repository);
      if (found) queue.push(found);
      if (found?.exists !== true && !isStandard(path)) external.add(path);
    }
  }
  return { packages, modules, external: [...external].sort() };
}

/** The first element of a module's path holds a dot (Go Modules Reference, "Module paths"). */
function isStandard(path: string): boolean {
  return !(path.split('/')[0] ?? '').includes('.');
}
