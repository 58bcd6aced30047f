import { posix } from 'node:path';
import {
  cargoNames,
  isCrateName,
  isTemplate,
  MillwrightError,
  type RepositoryFiles,
} from '@millwright/toolkit';
import { crateOf } from './crates.js';
import { findEdges } from './edges.js';
import { type Lockfile, readLockfiles } from './lockfile.js';
import { parseManifest, manifestOf } from './manifest.js';
import type { CargoWorkspace, Crate, CrateEdge, PathPatch } from './model.js';
import { asStrings, asTable, parseToml, tablesOf, type TomlTable } from './toml.js';
import { isMemberPattern } from './member-pattern.js';
import { findMemberships } from './workspaces.js';
import { configFolders, isConfig } from './config-folders.js';

/** Every Cargo workspace and crate of a repository, as its manifests describe them. */
export interface CargoRepository {
  readonly workspaces: readonly CargoWorkspace[];
  /** The crates that cargo builds, by themselves or as dependencies of others, by folder. */
  readonly crates: ReadonlyMap<string, Crate>;
  readonly edges: readonly CrateEdge[];
  /** The parsed manifests by path. */
  readonly manifests: ReadonlyMap<string, TomlTable>;
  /** The lock files of the workspaces that have patches, by their folders. */
  readonly lockfiles: ReadonlyMap<string, Lockfile>;
  /** What is wrong with single manifests, by path. Everything else is read all the same. */
  readonly errors: ReadonlyMap<string, MillwrightError>;
  /** The crates that cannot be read, by folder. */
  readonly unreadable: ReadonlyMap<string, UnreadableCrate>;
  /** The crates that cargo builds as dependencies at most, by folder, with the workspace that does not list them. */
  readonly refused: ReadonlyMap<string, string>;
  /** The folders of manifests whose package has a name that cargo does not accept, as templates have. */
  readonly templates: readonly string[];
  /** The folders of manifests without any target, which cargo does not accept either. */
  readonly empty: readonly string[];
}

/** A crate of which no more than its name is known. */
export interface UnreadableCrate {
  readonly name: string;
  /** The manifest with the mistake: the crate's own, or one above it. */
  readonly manifest: string;
}

/**
 * Reads the repository's crates from manifests alone: no toolchain, no network, nothing compiled.
 * @param manifestPaths every Cargo.toml, relative to the Nx workspace
 */
export function readRepository(manifestPaths: readonly string[], files: RepositoryFiles): CargoRepository {
  const { manifests, errors, outlines } = readManifests(manifestPaths, files);
  const byFolder = new Map([...manifests].map(([path, manifest]) => [posix.dirname(path), manifest]));
  const templates = [...byFolder].flatMap(([folder, { package: pack }]) =>
    pack === undefined || isCrateName(String(asTable(pack)?.name)) ? [] : [folder],
  );
  for (const folder of templates) byFolder.delete(folder);
  const known = new Map([...byFolder, ...outlines]);
  // A path may lead to a package through a symbolic link.
  const locate = (folder: string) => (known.has(folder) ? folder : (files.realPath?.(folder) ?? folder));
  const { workspaceOf, refused: outside } = findMemberships(known, locate);
  // Whom a workspace has as members is not known where its manifest cannot be read.
  const refused = new Map([...outside].filter(([, root]) => byFolder.has(root)));
  const unreadable = new Map<string, UnreadableCrate>();
  const crates = new Map<string, Crate>();
  const empty: string[] = [];
  for (const [folder, workspaceRoot] of workspaceOf) {
    const manifest = byFolder.get(folder) ?? outlines.get(folder) ?? {};
    const broken = brokenManifestFor(folder, byFolder, errors);
    if (broken !== undefined) {
      const name = String(asTable(manifest.package)?.name);
      if (!refused.has(folder)) unreadable.set(folder, { name, manifest: broken });
    } else {
      const shared = byFolder.get(workspaceRoot) ?? {};
      const crate = crateOf(folder, workspaceRoot, manifest, shared, { ...files, locate });
      const hasTargets = crate.targets.length > 0 || crate.tests.length > 0;
      if (hasTargets && !isCopy(crate, manifest, files)) crates.set(folder, crate);
      else empty.push(folder);
    }
  }
  const all = workspacesOf(byFolder, workspaceOf, crates, files);
  const patched = all.filter(({ patches }) => patches.length > 0).map(({ root }) => root);
  const lockfiles = readLockfiles(patched, files);
  const edges = findEdges(all, crates, lockfiles);
  const built = builtCrates(crates, edges, refused);
  return {
    workspaces: all.filter(
      ({ root, crates: own }) => own.length > 1 || !refused.has(root) || built.has(root),
    ),
    crates: new Map([...crates].filter(([folder]) => built.has(folder))),
    edges: edges.filter(({ source }) => built.has(source)),
    manifests,
    lockfiles,
    errors,
    unreadable,
    refused,
    templates,
    empty,
  };
}

/**
 * Whether a manifest was copied from elsewhere without what it describes, as test data: neither the sources of its
 * targets nor packages that it names by path are there. Sources alone may be yet to be generated.
 */
function isCopy({ root, targets, tests, dependencies }: Crate, manifest: TomlTable, files: RepositoryFiles) {
  if (tests.length > 0 || targets.some(({ path }) => files.exists(path))) return false;
  const members = asStrings(asTable(manifest.workspace)?.members).filter((path) => !isMemberPattern(path));
  const named = [
    ...members.map((path) => posix.join(root, path)),
    ...dependencies.flatMap(({ path }) => path ?? []),
  ];
  return named.some((folder) => !folder.startsWith('..') && !files.exists(posix.join(folder, 'Cargo.toml')));
}

/** The manifests that can be read, what is wrong with the others, and by folder what is known of crates in those. */
function readManifests(manifestPaths: readonly string[], files: RepositoryFiles) {
  const manifests = new Map<string, TomlTable>();
  const errors = new Map<string, MillwrightError>();
  const outlines = new Map<string, TomlTable>();
  for (const path of [...manifestPaths].sort()) {
    const text = files.read(path);
    if (text === undefined) continue;
    try {
      manifests.set(path, parseManifest(path, text, isUtf8(path, text, files)));
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      errors.set(path, error);
      const { crate, isWorkspace } = cargoNames(text);
      if (crate === undefined || !isCrateName(crate) || isTemplate(text)) continue;
      outlines.set(posix.dirname(path), {
        package: { name: crate },
        ...(isWorkspace ? { workspace: {} } : {}),
      });
    }
  }
  return { manifests, errors, outlines };
}

/** What cannot be decoded is read as U+FFFD, which a file may also have as it is. */
function isUtf8(path: string, text: string, files: RepositoryFiles): boolean {
  return !text.includes('\uFFFD') || files.isUtf8?.(path) !== false;
}

/**
 * The manifest that cannot be read and that cargo reads to build a crate: the crate's own, or one that it comes
 * across in the folders above while it looks for the crate's workspace.
 */
function brokenManifestFor(
  folder: string,
  manifests: ReadonlyMap<string, TomlTable>,
  errors: ReadonlyMap<string, MillwrightError>,
): string | undefined {
  for (const above of foldersAbove(folder)) {
    const path = manifestOf(above);
    if (errors.has(path)) return path;
    if (manifests.get(above)?.workspace !== undefined) return undefined;
  }
  return undefined;
}

/** A folder and all above it, up to the repository's root. */
function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let current = folder; current !== '.';) found.push((current = posix.dirname(current)));
  return found;
}

/** The crates that cargo builds by themselves, and all that these depend on. */
function builtCrates(
  crates: ReadonlyMap<string, Crate>,
  edges: readonly CrateEdge[],
  refused: ReadonlyMap<string, string>,
): Set<string> {
  const targets = Map.groupBy(edges, ({ source }) => source);
  const built = new Set([...crates.keys()].filter((folder) => !refused.has(folder)));
  for (const folder of built) for (const { target } of targets.get(folder) ?? []) built.add(target);
  return built;
}

function workspacesOf(
  manifests: ReadonlyMap<string, TomlTable>,
  workspaceOf: ReadonlyMap<string, string>,
  crates: ReadonlyMap<string, Crate>,
  files: RepositoryFiles,
): CargoWorkspace[] {
  const members = Map.groupBy([...crates.values()], (crate) => workspaceOf.get(crate.root) ?? crate.root);
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([root, own]) => {
      const manifest = manifests.get(root) ?? {};
      return {
        root,
        crates: own.sort((a, b) => (a.root < b.root ? -1 : 1)),
        patches: [...patchesOf(root, manifest), ...configPatches(root, files)],
        profiles: Object.keys(asTable(manifest.profile) ?? {}).filter(
          (name) => !builtInProfiles.includes(name),
        ),
      };
    });
}

/** Cargo reference, "Profiles". */
const builtInProfiles = ['dev', 'release', 'test', 'bench'];

/**
 * The patches of cargo's configuration, nearest file first; their paths are relative to the folder that holds
 * `.cargo` (Cargo reference, "Configuration", `[patch]`).
 */
function configPatches(root: string, files: RepositoryFiles): PathPatch[] {
  return configFolders(root).flatMap((path) => {
    const text = isConfig(path) ? files.read(path) : undefined;
    if (text?.includes('patch') !== true) return [];
    try {
      return patchesOf(posix.join(posix.dirname(path), '..'), parseToml(text));
    } catch {
      return []; // cargo reports it.
    }
  });
}

function patchesOf(root: string, manifest: TomlTable): PathPatch[] {
  return tablesOf(manifest.patch).flatMap(([source, entries]) =>
    tablesOf(entries).flatMap(([key, entry]) => {
      const name = typeof entry.package === 'string' ? entry.package : key;
      if (typeof entry.path !== 'string') return [];
      return [{ source, package: name, path: posix.join(root, entry.path).replace(/\/$/, '') }];
    }),
  );
}
