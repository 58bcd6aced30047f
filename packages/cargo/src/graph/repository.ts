import { posix } from 'node:path';
import { MillwrightError, type RepositoryFiles } from '@millwright/toolkit';
import { parse } from 'smol-toml';
import { configFolders, isConfig } from './targets/build-inputs.js';
import { crateOf } from './crates.js';
import { findEdges } from './edges.js';
import { parseManifest } from './manifest.js';
import type { CargoWorkspace, Crate, CrateEdge, PathPatch } from './model.js';
import { asTable, tablesOf, type TomlTable } from './toml.js';
import { findMemberships, type Memberships } from './workspaces.js';

/** Every Cargo workspace and crate of a repository, as its manifests describe them. */
export interface CargoRepository {
  readonly workspaces: readonly CargoWorkspace[];
  readonly crates: ReadonlyMap<string, Crate>;
  readonly edges: readonly CrateEdge[];
  /** The parsed manifests by path. */
  readonly manifests: ReadonlyMap<string, TomlTable>;
  /** What is wrong with single manifests, by path; the rest stands. */
  readonly errors: ReadonlyMap<string, MillwrightError>;
}

/**
 * Reads the repository's crates from manifests alone: no toolchain, no network, nothing compiled.
 * @param manifestPaths every Cargo.toml, relative to the Nx workspace
 */
export function readRepository(manifestPaths: readonly string[], files: RepositoryFiles): CargoRepository {
  const manifests = new Map<string, TomlTable>();
  const errors = new Map<string, MillwrightError>();
  for (const path of [...manifestPaths].sort()) {
    try {
      const text = files.read(path);
      if (text !== undefined) manifests.set(path, parseManifest(path, text));
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      errors.set(path, error);
    }
  }
  const byFolder = new Map([...manifests].map(([path, manifest]) => [posix.dirname(path), manifest]));
  const memberships = findMemberships(byFolder);
  const crates = new Map<string, Crate>();
  for (const [folder, workspaceRoot] of memberships) {
    const manifest = byFolder.get(folder);
    if (!manifest) continue;
    crates.set(folder, crateOf(folder, workspaceRoot, manifest, byFolder.get(workspaceRoot) ?? {}, files));
  }
  const workspaces = workspacesOf(byFolder, memberships, crates, files);
  return { workspaces, crates, edges: findEdges(workspaces, crates), manifests, errors };
}

function workspacesOf(
  manifests: ReadonlyMap<string, TomlTable>,
  memberships: Memberships,
  crates: ReadonlyMap<string, Crate>,
  files: RepositoryFiles,
): CargoWorkspace[] {
  const members = Map.groupBy([...crates.values()], (crate) => memberships.get(crate.root) ?? crate.root);
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
      return patchesOf(posix.join(posix.dirname(path), '..'), parse(text));
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
