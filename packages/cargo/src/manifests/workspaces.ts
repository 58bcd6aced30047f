import { posix } from 'node:path';
import { isMemberPattern, MemberPattern } from './member-pattern.js';
import { asStrings, asTable, tablesOf, type TomlTable } from './toml.js';

/** The workspaces of crates. */
export interface Memberships {
  readonly workspaceOf: ReadonlyMap<string, string>;
  /**
   * Crates that are neither members of the workspace above them nor excluded from it, by folder, with the workspace's
   * folder. cargo builds them only as dependencies of other crates.
   */
  readonly nonMembers: ReadonlyMap<string, string>;
}

/**
 * Finds the workspace of every crate as cargo does (Cargo reference, "Workspaces"): `package.workspace`, or the nearest
 * manifest above with `[workspace]` that does not exclude the crate and has it as a member, by `members` or as a path
 * dependency of a member. A crate without a workspace above forms its own.
 * @param manifests the parsed manifests by folder
 * @param locate resolves symbolic links in the path of a folder
 */
export function findMemberships(
  manifests: ReadonlyMap<string, TomlTable>,
  locate: (folder: string) => string = (folder) => folder,
): Memberships {
  const memberships = new Map<string, string>();
  const nonMembers = new Map<string, string>();
  const roots = [...manifests]
    .filter(([, manifest]) => manifest.workspace !== undefined)
    .map(([folder]) => folder);
  for (const root of roots) {
    for (const member of membersOf(root, manifests, locate)) memberships.set(member, root);
  }
  for (const [folder, manifest] of manifests) {
    if (manifest.package === undefined || memberships.has(folder)) continue;
    memberships.set(folder, folder);
    const above = workspaceAbove(folder, manifests);
    if (above !== undefined) nonMembers.set(folder, above);
  }
  return { workspaceOf: memberships, nonMembers };
}

/** Returns the folder of the workspace above a crate; undefined if there is none. */
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

/** `exclude` excludes a folder and all folders in it, unless `members` lists the folder or a parent literally. */
function isExcluded(folder: string, root: string, rootManifest: TomlTable): boolean {
  let lists = listsByManifest.get(rootManifest);
  if (lists === undefined) {
    const workspace = asTable(rootManifest.workspace);
    const folders = (value: unknown) =>
      new Set(asStrings(value).map((entry) => posix.join(root, entry).replace(/\/$/, '')));
    lists = { excluded: folders(workspace?.exclude), members: folders(workspace?.members) };
    listsByManifest.set(rootManifest, lists);
  }
  return containsFolderOrParent(lists.excluded, folder) && !containsFolderOrParent(lists.members, folder);
}

/** Cached: the folders in `exclude` and `members`, by manifest. */
const listsByManifest = new WeakMap<
  TomlTable,
  { readonly excluded: ReadonlySet<string>; readonly members: ReadonlySet<string> }
>();

/** Returns whether a set contains a folder or one of its parents. */
function containsFolderOrParent(folders: ReadonlySet<string>, folder: string): boolean {
  for (let above = folder; ; above = posix.dirname(above)) {
    if (folders.has(above)) return true;
    if (above === posix.dirname(above)) return false;
  }
}

function membersOf(
  root: string,
  manifests: ReadonlyMap<string, TomlTable>,
  locate: (folder: string) => string,
): Set<string> {
  const rootManifest = manifests.get(root) ?? {};
  const listed = asStrings(asTable(rootManifest.workspace)?.members).map((member) =>
    posix.join(root, member).replace(/(?<=.)\/$/, ''),
  );
  // cargo treats a pattern without matches as the path of a folder.
  const literal = new Set(listed);
  const patterns = listed.filter(isMemberPattern).map((member) => new MemberPattern(member));
  const isListed = (folder: string) => literal.has(folder) || patterns.some((one) => one.matches(folder));
  const isCrate = (folder: string) => manifests.get(folder)?.package !== undefined;
  const belongsToRoot = (folder: string) => isCrate(folder) && workspaceAbove(folder, manifests) === root;
  const members = new Set<string>();
  if (isCrate(root)) members.add(root);
  for (const folder of manifests.keys()) {
    if (isListed(folder) && belongsToRoot(folder)) members.add(folder);
  }
  // The loop also visits items added during iteration: path dependencies of members become members.
  for (const member of members) {
    for (const path of pathsOf(member, root, manifests).map(locate))
      if (belongsToRoot(path)) members.add(path);
  }
  return members;
}

/** Returns the folders of a manifest's path dependencies, including inherited ones. */
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

/** Returns whether a folder is another one or is in it. */
export function isWithin(folder: string, above: string): boolean {
  return above === '.' || folder === above || folder.startsWith(`${above}/`);
}
