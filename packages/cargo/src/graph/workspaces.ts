import { posix } from 'node:path';
import { Minimatch } from 'minimatch';
import { asStrings, asTable, tablesOf, type TomlTable } from './toml.js';

/** Which folder's workspace each crate's folder belongs to. */
export type Memberships = ReadonlyMap<string, string>;

/**
 * Finds the workspace of every crate as cargo does (Cargo reference, "Workspaces"): `package.workspace`, or
 * the nearest manifest above with `[workspace]` that does not exclude the crate and counts it as a member, by
 * `members` or because a member depends on it by path. A crate that no workspace counts stands alone.
 * @param manifests the parsed manifests by folder
 */
export function findMemberships(manifests: ReadonlyMap<string, TomlTable>): Memberships {
  const memberships = new Map<string, string>();
  const roots = [...manifests]
    .filter(([, manifest]) => manifest.workspace !== undefined)
    .map(([folder]) => folder);
  for (const root of roots) {
    for (const member of membersOf(root, manifests)) memberships.set(member, root);
  }
  for (const [folder, manifest] of manifests) {
    if (manifest.package !== undefined && !memberships.has(folder)) memberships.set(folder, folder);
  }
  return memberships;
}

/** The folder whose workspace a crate looks to; undefined where there is none. */
function workspaceAbove(folder: string, manifests: ReadonlyMap<string, TomlTable>): string | undefined {
  const manifest = manifests.get(folder);
  if (manifest?.workspace !== undefined) return folder;
  const named = asTable(manifest?.package)?.workspace;
  if (typeof named === 'string') return posix.join(folder, named).replace(/\/$/, '');
  for (let above = folder; above !== '.';) {
    above = posix.dirname(above);
    const candidate = manifests.get(above);
    if (candidate?.workspace !== undefined && !isExcluded(folder, above, candidate)) return above;
  }
  return undefined;
}

/** `exclude` takes a folder and all below it, unless `members` names the folder or one above it literally. */
function isExcluded(folder: string, root: string, rootManifest: TomlTable): boolean {
  const workspace = asTable(rootManifest.workspace);
  const covers = (entry: string) => isBelow(folder, posix.join(root, entry).replace(/\/$/, ''));
  return asStrings(workspace?.exclude).some(covers) && !asStrings(workspace?.members).some(covers);
}

function membersOf(root: string, manifests: ReadonlyMap<string, TomlTable>): Set<string> {
  const rootManifest = manifests.get(root) ?? {};
  const patterns = asStrings(asTable(rootManifest.workspace)?.members).map(
    (pattern) =>
      new Minimatch(posix.join(root, pattern).replace(/\/$/, ''), {
        dot: true,
        nocomment: true,
        nonegate: true,
      }),
  );
  const isCrate = (folder: string) => manifests.get(folder)?.package !== undefined;
  const belongs = (folder: string) => isCrate(folder) && workspaceAbove(folder, manifests) === root;
  const members = new Set<string>();
  if (isCrate(root)) members.add(root);
  for (const folder of manifests.keys()) {
    if (patterns.some((pattern) => pattern.match(folder)) && belongs(folder)) members.add(folder);
  }
  // A set grows while it is walked: what a path member depends on by path joins as well.
  for (const member of members) {
    for (const path of pathsOf(member, root, manifests)) if (belongs(path)) members.add(path);
  }
  return members;
}

/** The folders that a manifest's dependencies name by path, inherited ones too. */
function pathsOf(folder: string, root: string, manifests: ReadonlyMap<string, TomlTable>): string[] {
  const manifest = manifests.get(folder) ?? {};
  const shared = asTable(asTable(manifests.get(root)?.workspace)?.dependencies) ?? {};
  const holders = [manifest, ...tablesOf(manifest.target).map(([, table]) => table)];
  return holders.flatMap((holder) =>
    [
      'dependencies',
      'build-dependencies',
      'dev-dependencies',
      'build_dependencies',
      'dev_dependencies',
    ].flatMap((section) =>
      tablesOf(holder[section]).flatMap(([key, entry]) => {
        const inherited = entry.workspace === true;
        const path = inherited ? asTable(shared[key])?.path : entry.path;
        return typeof path === 'string'
          ? [posix.join(inherited ? root : folder, path).replace(/\/$/, '')]
          : [];
      }),
    ),
  );
}

/** Whether a folder is another or lies below it. */
export function isBelow(folder: string, above: string): boolean {
  return above === '.' || folder === above || folder.startsWith(`${above}/`);
}
