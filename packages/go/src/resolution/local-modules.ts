import type { GoModule, GoPackage } from '../source-scan/model.js';
import type { GoRepository } from './repository.js';
import { usedBy, localReplacements, isOutside } from './replacements.js';
import { posix } from 'node:path';

/** The modules that a build takes from folders, including the built module itself. */
export interface LocalModules {
  /** Import paths of modules with their folders, longest path first. */
  readonly byPath: readonly (readonly [path: string, folder: string])[];
  /** The paths of required modules that come from elsewhere. */
  readonly elsewhere: readonly string[];
  /** Folders outside the repository. */
  readonly outside: readonly string[];
  /**
   * The main modules, whose go.mod determines versions: the module itself, or all modules of its go.work
   * file.
   */
  readonly main: readonly GoModule[];
}

/**
 * Returns the modules that are local when a module is built. Replacements apply only in the main module or
 * in go.work (Go Modules Reference, "replace directive", "Workspaces").
 */
export function localModules(module: GoModule, { modules, workspaces }: GoRepository): LocalModules {
  const work = module.workspace === undefined ? undefined : workspaces.get(module.workspace);
  const used =
    work === undefined || module.workspace === undefined ? [module.root] : usedBy(module.workspace, work);
  const main = used.flatMap((folder) => modules.get(folder) ?? []);
  const replacements = [
    ...main.flatMap((one) => localReplacements(one.root, one.mod.replace)),
    ...localReplacements(module.workspace ?? '.', work?.replace ?? []),
  ];
  const byPath = new Map<string, string>();
  for (const { path, folder } of replacements) byPath.set(path, folder);
  for (const one of main) byPath.set(one.mod.module, one.root);
  return {
    byPath: [...byPath].filter(([, folder]) => !isOutside(folder)).sort(([a], [b]) => b.length - a.length),
    elsewhere: [
      ...new Set(
        main.flatMap(({ mod }) => mod.require.map(({ path }) => path).filter((path) => !byPath.has(path))),
      ),
    ],
    outside: [...new Set([...byPath.values(), ...used])].filter(isOutside).sort(),
    main,
  };
}

/** The package of the repository that an import refers to. */
export interface ResolvedImport {
  readonly module: GoModule;
  readonly folder: string;
  /**
   * Undefined if the module has no such package: it may not be generated yet, or belong to another module.
   */
  readonly pkg: GoPackage | undefined;
}

/**
 * Finds the package of an import. Returns undefined if no module of the repository contains its path, or if none has the
 * package and a required module with a longer path does, such as another major version.
 */
export function resolveImport(
  path: string,
  { byPath, elsewhere }: LocalModules,
  { modules, readPackage }: GoRepository,
): ResolvedImport | undefined {
  let missing: ResolvedImport | undefined;
  const isWithin = (modulePath: string) => path === modulePath || path.startsWith(`${modulePath}/`);
  for (const [modulePath, root] of byPath) {
    if (!isWithin(modulePath)) continue;
    const module = modules.get(root);
    if (!module) continue;
    const folder = posix.join(root, path.slice(modulePath.length));
    const pkg = module.packages.get(folder) ?? readPackage(folder);
    if (pkg) return { module, folder, pkg };
    const isElsewhere = elsewhere.some((other) => other.length > modulePath.length && isWithin(other));
    if (!isElsewhere) missing ??= { module, folder, pkg: undefined };
  }
  return missing;
}
