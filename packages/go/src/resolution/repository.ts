import { posix } from 'node:path';
import { MillwrightError, type RepositoryFiles } from '@millwright/toolkit';
import { isBoundary, isFolder, parseGoMod, parseGoWork } from '../manifests/go-mod.js';
import type { GoMod, GoModule, GoPackage, GoWork, Replacement } from '../source-scan/model.js';
import { isIgnoredFolder } from '../source-scan/packages.js';

export interface GoRepository {
  /** The modules by folder. */
  readonly modules: ReadonlyMap<string, GoModule>;
  /** The go.work files by folder. */
  readonly workspaces: ReadonlyMap<string, GoWork>;
  /** Errors in single files, by path. All other files are still read. */
  readonly errors: ReadonlyMap<string, MillwrightError>;
  /** Reads a package in a folder that no listing contains, such as one behind a symbolic link. */
  readonly readPackage: PackageReader;
}

/** Parses the Go files of a folder. Returns undefined for a folder without any. */
export type PackageReader = (folder: string) => GoPackage | undefined;

/**
 * Reads the Go modules of a repository from their files only: no toolchain, no network.
 * @param goMods all go.mod files, relative to the Nx workspace
 * @param foldersBelow returns the folders of a module, without those of nested modules
 * @param goWork the variable GOWORK: `off` ignores go.work files
 */
export function readRepository(
  goMods: readonly string[],
  files: RepositoryFiles,
  readPackage: PackageReader,
  foldersBelow: (root: string) => readonly string[],
  goWork?: string,
): GoRepository {
  const reader = new ManifestReader(files, goWork !== 'off');
  for (const path of [...goMods].sort()) if (isOfRepository(path)) reader.readModule(posix.dirname(path));
  const projects = new Set(reader.mods.keys());
  reader.followFolders();
  const { mods, workspaces, errors } = reader;
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
      isProject: projects.has(root),
      workspace: used ? above : undefined,
    });
  }
  return { modules, workspaces, errors, readPackage };
}

/** Returns true unless the go.mod is in a vendor folder, test data, or another folder that go ignores. */
function isOfRepository(goMod: string): boolean {
  const folders = posix.dirname(goMod).split('/');
  return !folders.some((name) => name !== '.' && (isIgnoredFolder(name) || name === 'node_modules'));
}

/** Reads each go.mod and go.work file once. */
class ManifestReader {
  readonly mods = new Map<string, GoMod>();
  readonly workspaces = new Map<string, GoWork>();
  readonly errors = new Map<string, MillwrightError>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly files: RepositoryFiles,
    private readonly followsWorkspaces: boolean,
  ) {}

  readModule(folder: string): void {
    const mod = this.read(posix.join(folder, 'go.mod'), (path, text) =>
      isBoundary(text) ? undefined : parseGoMod(path, text),
    );
    if (mod) this.mods.set(folder, mod);
  }

  /**
   * Reads the go.work files above the modules, and the modules that replacements and go.work files refer
   * to.
   */
  followFolders(): void {
    for (const [root, mod] of this.mods) {
      if (this.followsWorkspaces) for (const above of foldersAbove(root)) this.readWorkspace(above);
      this.readReplacements(root, mod.replace);
    }
  }

  private readWorkspace(folder: string): void {
    const work = this.read(posix.join(folder, 'go.work'), parseGoWork);
    if (!work) return;
    this.workspaces.set(folder, work);
    for (const used of usedBy(folder, work)) if (!isOutside(used)) this.readModule(used);
    this.readReplacements(folder, work.replace);
  }

  private readReplacements(root: string, replace: readonly Replacement[]): void {
    for (const { folder } of localReplacements(root, replace)) {
      if (!isOutside(folder)) this.readModule(folder);
    }
  }

  private read<T>(path: string, parse: (path: string, text: string) => T): T | undefined {
    if (this.seen.has(path)) return undefined;
    this.seen.add(path);
    const text = this.files.read(path);
    if (text === undefined) return undefined;
    try {
      return parse(path, text);
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      this.errors.set(path, error);
      return undefined;
    }
  }
}

/** Returns the folders of the modules that a go.work file uses. */
export function usedBy(folder: string, work: GoWork | undefined): string[] {
  return (work?.use ?? []).map((path) => posix.join(folder, path).replace(/\/$/, ''));
}

/** A replacement by a folder. The folder is relative to the Nx workspace, or absolute. */
export interface LocalReplacement {
  readonly path: string;
  readonly folder: string;
}

/** The modules that a build takes from folders, including the built module itself. */
export interface LocalModules {
  /** Import paths of modules with their folders, longest path first. */
  readonly byPath: readonly (readonly [path: string, folder: string])[];
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

/** The package of the repository that an import refers to. */
export interface ResolvedImport {
  readonly module: GoModule;
  readonly folder: string;
  /**
   * Undefined if the module has no such package: it may not be generated yet, or belong to another module.
   */
  readonly pkg: GoPackage | undefined;
}

/** Finds the package of an import. Returns undefined if no module of the repository contains its path. */
export function resolveImport(
  path: string,
  { byPath }: LocalModules,
  { modules, readPackage }: GoRepository,
): ResolvedImport | undefined {
  let missing: ResolvedImport | undefined;
  for (const [modulePath, root] of byPath) {
    if (path !== modulePath && !path.startsWith(`${modulePath}/`)) continue;
    const module = modules.get(root);
    if (!module) continue;
    const folder = posix.join(root, path.slice(modulePath.length));
    const pkg = module.packages.get(folder) ?? readPackage(folder);
    if (pkg) return { module, folder, pkg };
    missing ??= { module, folder, pkg: undefined };
  }
  return missing;
}

/** An edge between the folders of two modules. */
export interface ModuleEdge {
  readonly source: string;
  readonly target: string;
}

/**
 * Returns the edges between the repository's modules: imports, including those of tests, and requirements.
 */
export function moduleEdges(repository: GoRepository): ModuleEdge[] {
  return [...repository.modules.values()].flatMap((module) => {
    const targets = nextModules(module, module, localModules(module, repository), repository);
    return [...targets].map((target) => ({ source: module.root, target }));
  });
}

/**
 * Returns the folders of the modules that the checks of a module read: those that it requires or imports,
 * including by tests, and transitively. Replacements of dependencies are ignored.
 */
export function checkedModules(module: GoModule, local: LocalModules, repository: GoRepository): string[] {
  const reached = new Set([module.root]);
  // The loop also visits elements that are added during the iteration.
  for (const folder of reached) {
    const next = repository.modules.get(folder);
    if (next) for (const target of nextModules(next, module, local, repository)) reached.add(target);
  }
  reached.delete(module.root);
  return [...reached].sort();
}

/**
 * Returns the folders of the modules that a module requires or imports in a build of `main`. Tests count
 * only in `main`.
 * @param local the local modules of `main`
 */
function nextModules(
  module: GoModule,
  main: GoModule,
  local: LocalModules,
  repository: GoRepository,
): Set<string> {
  const targets = new Set<string>();
  const add = (target: string) => {
    if (target !== module.root && repository.modules.has(target)) targets.add(target);
  };
  const folders = new Map(local.byPath);
  for (const { path } of module.mod.require) {
    const folder = folders.get(path);
    if (folder !== undefined) add(folder);
  }
  for (const pkg of module.packages.values()) {
    for (const [name, { imports }] of pkg.sources) {
      if (module !== main && name.endsWith('_test.go')) continue;
      for (const path of imports) {
        const found = resolveImport(path, local, repository);
        if (found) add(found.module.root);
      }
    }
  }
  return targets;
}

/** Returns true if a folder is outside the repository. */
function isOutside(folder: string): boolean {
  return folder === '..' || folder.startsWith('../') || posix.isAbsolute(folder);
}

/** Returns a folder and its ancestors, up to the repository root. */
export function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let current = folder; current !== '.';) found.push((current = posix.dirname(current)));
  return found;
}
