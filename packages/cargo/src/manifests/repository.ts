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
import { configsFor } from './config-folders.js';

/** All Cargo workspaces and crates of a repository, read from manifests. */
export interface CargoRepository {
  readonly workspaces: readonly CargoWorkspace[];
  /** The crates that cargo builds, directly or as dependencies, by folder. */
  readonly crates: ReadonlyMap<string, Crate>;
  readonly edges: readonly CrateEdge[];
  /** The parsed manifests by path. */
  readonly manifests: ReadonlyMap<string, TomlTable>;
  /** The lock files of workspaces with patches, by the workspaces' folders. */
  readonly lockfiles: ReadonlyMap<string, Lockfile>;
  /** Errors in manifests, by path. An invalid manifest does not affect other crates. */
  readonly errors: ReadonlyMap<string, MillwrightError>;
  /** The crates with an invalid manifest, by folder. */
  readonly unreadable: ReadonlyMap<string, UnreadableCrate>;
  /** Crates that cargo builds only as dependencies, by folder, with the workspace above that does not list them. */
  readonly nonMembers: ReadonlyMap<string, string>;
  /** The folders of manifests whose package name cargo rejects, such as templates. */
  readonly templates: readonly string[];
  /** The folders of manifests without any target, which cargo rejects as well. */
  readonly empty: readonly string[];
}

/** A crate of which only the name is known. */
export interface UnreadableCrate {
  readonly name: string;
  /** The invalid manifest: the crate's own, or one above it. */
  readonly manifest: string;
}

/**
 * Reads a repository's crates from manifests only, without a toolchain or network.
 * @param manifestPaths all Cargo.toml files, relative to the Nx workspace
 */
export function readRepository(manifestPaths: readonly string[], files: RepositoryFiles): CargoRepository {
  const { manifests, errors, outlines } = readManifests(manifestPaths, files);
  const byFolder = new Map([...manifests].map(([path, manifest]) => [posix.dirname(path), manifest]));
  const templates = [...byFolder].flatMap(([folder, { package: pack }]) =>
    pack === undefined || isCrateName(String(asTable(pack)?.name)) ? [] : [folder],
  );
  for (const folder of templates) byFolder.delete(folder);
  const allManifests = new Map([...byFolder, ...outlines]);
  // The path of a dependency may contain a symbolic link.
  const locate = (folder: string) =>
    allManifests.has(folder) ? folder : (files.realPath?.(folder) ?? folder);
  const { workspaceOf, nonMembers: outsideWorkspaces } = findMemberships(allManifests, locate);
  // The members of a workspace with an invalid manifest are unknown.
  const nonMembers = new Map([...outsideWorkspaces].filter(([, root]) => byFolder.has(root)));
  const unreadable = new Map<string, UnreadableCrate>();
  const crates = new Map<string, Crate>();
  const empty: string[] = [];
  for (const [folder, workspaceRoot] of workspaceOf) {
    const manifest = byFolder.get(folder) ?? outlines.get(folder) ?? {};
    const broken = brokenManifestFor(folder, byFolder, errors);
    if (broken !== undefined) {
      const name = String(asTable(manifest.package)?.name);
      if (!nonMembers.has(folder)) unreadable.set(folder, { name, manifest: broken });
    } else {
      const shared = byFolder.get(workspaceRoot) ?? {};
      const crate = crateOf(folder, workspaceRoot, manifest, shared, { ...files, locate });
      const hasTargets = crate.targets.length > 0 || crate.tests.length > 0;
      if (hasTargets && !isIncompleteCopy(crate, manifest, files)) crates.set(folder, crate);
      else empty.push(folder);
    }
  }
  const all = workspacesOf(byFolder, workspaceOf, crates, files);
  const patched = all.filter(({ patches }) => patches.length > 0).map(({ root }) => root);
  const lockfiles = readLockfiles(patched, files);
  const edges = findEdges(all, crates, lockfiles);
  const built = buildableCrates(crates, edges, nonMembers);
  return {
    workspaces: all.filter(
      ({ root, crates: own }) => own.length > 1 || !nonMembers.has(root) || built.has(root),
    ),
    crates: new Map([...crates].filter(([folder]) => built.has(folder))),
    edges: edges.filter(({ source }) => built.has(source)),
    manifests,
    lockfiles,
    errors,
    unreadable,
    nonMembers,
    templates,
    empty,
  };
}

/**
 * Returns whether a manifest is an incomplete copy, such as test data: neither the sources of its targets nor all of
 * its path dependencies exist. Missing sources alone are not enough, because they may be generated later.
 */
function isIncompleteCopy(
  { root, targets, tests, dependencies }: Crate,
  manifest: TomlTable,
  files: RepositoryFiles,
) {
  if (tests.length > 0 || targets.some(({ path }) => files.exists(path))) return false;
  const members = asStrings(asTable(manifest.workspace)?.members).filter((path) => !isMemberPattern(path));
  const named = [
    ...members.map((path) => posix.join(root, path)),
    ...dependencies.flatMap(({ path }) => path ?? []),
  ];
  return named.some((folder) => !folder.startsWith('..') && !files.exists(posix.join(folder, 'Cargo.toml')));
}

/** Returns valid manifests and errors by path, and by folder the outline of crates with invalid manifests. */
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

/** Invalid bytes are decoded as U+FFFD, but a file may also contain this character itself. */
function isUtf8(path: string, text: string, files: RepositoryFiles): boolean {
  return !text.includes('\uFFFD') || files.isUtf8?.(path) !== false;
}

/**
 * Returns the invalid manifest that prevents cargo from building a crate: the crate's own, or one above it, which cargo
 * reads when it searches for the workspace.
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

/** Returns a folder and each folder above it in the repository. */
function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let current = folder; current !== '.';) found.push((current = posix.dirname(current)));
  return found;
}

/** Returns the crates that cargo builds directly, and their dependencies. */
function buildableCrates(
  crates: ReadonlyMap<string, Crate>,
  edges: readonly CrateEdge[],
  nonMembers: ReadonlyMap<string, string>,
): Set<string> {
  const targets = Map.groupBy(edges, ({ source }) => source);
  const built = new Set([...crates.keys()].filter((folder) => !nonMembers.has(folder)));
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
 * Returns the patches in cargo's configuration, nearest file first. Their paths are relative to the folder that
 * contains `.cargo` (Cargo reference, "Configuration", `[patch]`).
 */
function configPatches(root: string, files: RepositoryFiles): PathPatch[] {
  return configsFor(root, files.read).flatMap((path) => {
    const text = files.read(path);
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
