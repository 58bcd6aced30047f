import { posix } from 'node:path';
import { MillwrightError, type RepositoryFiles } from '@millwright/toolkit';
import { isFolder, parseGoMod, parseGoWork } from './go-mod.js';
import type { GoMod, GoModule, GoPackage, GoWork, Replacement } from './model.js';
import { isLeftOut } from './packages.js';

export interface GoRepository {
  /** The modules by folder. */
  readonly modules: ReadonlyMap<string, GoModule>;
  /** The go.work files by folder. */
  readonly workspaces: ReadonlyMap<string, GoWork>;
  /** What is wrong with single files, by path; the rest stands. */
  readonly errors: ReadonlyMap<string, MillwrightError>;
}

/** Reads what the Go files of a folder say; undefined for a folder without any. */
export type PackageReader = (folder: string) => GoPackage | undefined;

/**
 * Reads the Go modules of a repository from their files alone: no toolchain, no network.
 * @param goMods every go.mod, relative to the Nx workspace
 * @param foldersBelow the folders below a module's own, without those of other modules
 */
export function readRepository(
  goMods: readonly string[],
  files: RepositoryFiles,
  readPackage: PackageReader,
  foldersBelow: (root: string) => readonly string[],
): GoRepository {
  const errors = new Map<string, MillwrightError>();
  const reading = <T>(path: string, parse: (path: string, text: string) => T): T | undefined => {
    const text = files.read(path);
    if (text === undefined) return undefined;
    try {
      return parse(path, text);
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      errors.set(path, error);
      return undefined;
    }
  };
  const mods = new Map<string, GoMod>();
  for (const path of [...goMods].sort()) {
    // What stands in vendor folders and test data is no module of this repository.
    if (
      posix
        .dirname(path)
        .split('/')
        .some((part) => part !== '.' && isLeftOut(part))
    )
      continue;
    const mod = reading(path, parseGoMod);
    if (mod) mods.set(posix.dirname(path), mod);
  }
  const workspaces = new Map<string, GoWork>();
  for (const folder of new Set([...mods.keys()].flatMap(foldersAbove))) {
    const work = reading(posix.join(folder, 'go.work'), parseGoWork);
    if (work) workspaces.set(folder, work);
  }
  const modules = new Map<string, GoModule>();
  for (const [root, mod] of mods) {
    const packages = new Map<string, GoPackage>();
    for (const folder of foldersBelow(root)) {
      const pkg = readPackage(folder);
      if (pkg) packages.set(folder, pkg);
    }
    const above = foldersAbove(root).find((folder) => workspaces.has(folder));
    const used = above !== undefined && usedBy(above, workspaces.get(above)).includes(root);
    modules.set(root, {
      root,
      mod,
      packages,
      workspace: used ? above : undefined,
      excludedBy: used ? undefined : above,
    });
  }
  return { modules, workspaces, errors };
}

/** The folders of the modules that a go.work file uses. */
export function usedBy(folder: string, work: GoWork | undefined): string[] {
  return (work?.use ?? []).map((path) => posix.join(folder, path).replace(/\/$/, ''));
}

/** A replacement by a folder, with that folder relative to the Nx workspace, or absolute. */
export interface LocalReplacement {
  readonly path: string;
  readonly folder: string;
}

/** The modules that a build of a module takes from folders, with the module that is built among them. */
export interface LocalModules {
  /** Import paths of modules, longest first, with the folder of each. */
  readonly byPath: readonly (readonly [path: string, folder: string])[];
  /** Folders out of the repository. */
  readonly outside: readonly string[];
  /** The modules whose go.mod decides on versions: the module, or all that its go.work file uses. */
  readonly main: readonly GoModule[];
}

/**
 * What is local when a module is built: replacements count only in the main module, or in a workspace's own files
 * (Go Modules Reference, "replace directive", "Workspaces").
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
  const isOutside = (folder: string) =>
    folder.startsWith('../') || folder === '..' || posix.isAbsolute(folder);
  return {
    byPath: [...byPath].filter(([, folder]) => !isOutside(folder)).sort(([a], [b]) => b.length - a.length),
    outside: [...new Set([...byPath.values(), ...used])].filter(isOutside).sort(),
    main,
  };
}

function localReplacements(root: string, replace: readonly Replacement[]): LocalReplacement[] {
  return replace
    .filter((one) => isFolder(one.new.path))
    .map((one) => ({
      path: one.old.path,
      folder: posix.isAbsolute(one.new.path)
        ? one.new.path
        : posix.join(root, one.new.path).replace(/(.)\/$/, '$1'),
    }));
}

/** Where an import leads to in the repository. */
export interface ResolvedImport {
  readonly module: GoModule;
  readonly folder: string;
  /** False where the module's folder has no such package: one is yet to be generated, or another module has it. */
  readonly exists: boolean;
}

/** Finds the package of an import; undefined where its path is that of no module of the repository. */
export function resolveImport(
  path: string,
  { byPath }: LocalModules,
  { modules }: GoRepository,
): ResolvedImport | undefined {
  let missing: ResolvedImport | undefined;
  for (const [modulePath, root] of byPath) {
    if (path !== modulePath && !path.startsWith(`${modulePath}/`)) continue;
    const module = modules.get(root);
    if (!module) continue;
    const folder = posix.join(root, path.slice(modulePath.length));
    if (module.packages.has(folder)) return { module, folder, exists: true };
    missing ??= { module, folder, exists: false };
  }
  return missing;
}

/** An edge from one module's folder to another's. */
export interface ModuleEdge {
  readonly source: string;
  readonly target: string;
  /** The file that asks for it. */
  readonly declaredIn: string;
}

/** The edges between the repository's modules: what is imported, tests included, and what is required. */
export function moduleEdges(repository: GoRepository): ModuleEdge[] {
  const edges = new Map<string, ModuleEdge>();
  for (const module of repository.modules.values()) {
    const local = localModules(module, repository);
    const add = (target: string, declaredIn: string) => {
      if (target === module.root || !repository.modules.has(target)) return;
      const key = `${module.root}\0${target}`;
      if (!edges.has(key)) edges.set(key, { source: module.root, target, declaredIn });
    };
    const folders = new Map(local.byPath);
    for (const { path } of module.mod.require) {
      const folder = folders.get(path);
      if (folder !== undefined) add(folder, posix.join(module.root, 'go.mod'));
    }
    for (const pkg of module.packages.values()) {
      for (const [name, source] of pkg.sources) {
        for (const path of source.imports) {
          const found = resolveImport(path, local, repository);
          if (found) add(found.module.root, posix.join(pkg.folder, name));
        }
      }
    }
  }
  return [...edges.values()];
}

/** A folder and all above it, up to the repository's root. */
export function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let current = folder; current !== '.';) found.push((current = posix.dirname(current)));
  return found;
}
