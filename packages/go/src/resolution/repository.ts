import { posix } from 'node:path';
import { MillwrightError, type RepositoryFiles } from '@millwright/toolkit';
import { isBoundary, parseGoMod, parseGoWork } from '../manifests/go-mod.js';
import type { GoMod, GoModule, GoPackage, GoWork, Replacement } from '../source-scan/model.js';
import { isIgnoredFolder } from '../source-scan/packages.js';
import { foldersAbove, isOutside, localReplacements, usedBy } from './replacements.js';

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
