import { posix } from 'node:path';
import { isMemberPattern, MemberPattern } from './member-pattern.js';
import { asStrings, asTable, tablesOf, type TomlTable } from './toml.js';

/** Which folder's workspace each crate's folder belongs to. */
export interface Memberships {
  readonly workspaceOf: ReadonlyMap<string, string>;
  /**
   * The crates that cargo refuses to build, by folder, each with the folder of the workspace above it: they are neither
   * its members nor excluded from it. As dependencies of other crates cargo does build them.
   */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Finds the workspace of every crate as cargo does (Cargo reference, "Workspaces"): `package.workspace`, or
 * the nearest manifest above with `[workspace]` that does not exclude the crate and counts it as a member, by
 * `members` or because a member depends on it by path. A crate without any workspace above is one of its own.
 * @param manifests the parsed manifests by folder
 * @param locate finds where a folder lies that a path leads to
 */
export function findMemberships(
  manifests: ReadonlyMap<string, TomlTable>,
  locate: (folder: string) => string = (folder) => folder,
): Memberships {
  const memberships = new Map<string, string>();
  const refused = new Map<string, string>();
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
    if (above !== undefined) refused.set(folder, above);
  }
  return { workspaceOf: memberships, refused };
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
  let lists = listsOf.get(rootManifest);
  if (lists === undefined) {
    const workspace = asTable(rootManifest.workspace);
    const folders = (value: unknown) =>
      new Set(asStrings(value).map((entry) => posix.join(root, entry).replace(/\/$/, '')));
    lists = { excluded: folders(workspace?.exclude), members: folders(workspace?.members) };
    listsOf.set(rootManifest, lists);
  }
  return hasFolderAround(lists.excluded, folder) && !hasFolderAround(lists.members, folder);
}

/** The folders that `exclude` and `members` name, by manifest: they are asked for with each crate below. */
const listsOf = new WeakMap<
  TomlTable,
  { readonly excluded: ReadonlySet<string>; readonly members: ReadonlySet<string> }
>();

/** Whether some folders have a folder itself or one above it. */
function hasFolderAround(folders: ReadonlySet<string>, folder: string): boolean {
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
  // cargo takes a pattern that finds nothing for the path of a folder.
  const literal = new Set(listed);
  const patterns = listed.filter(isMemberPattern).map((member) => new MemberPattern(member));
  const isListed = (folder: string) => literal.has(folder) || patterns.some((one) => one.matches(folder));
  const isCrate = (folder: string) => manifests.get(folder)?.package !== undefined;
  const belongs = (folder: string) => isCrate(folder) && workspaceAbove(folder, manifests) === root;
  const members = new Set<string>();
  if (isCrate(root)) members.add(root);
  for (const folder of manifests.keys()) {
    if (isListed(folder) && belongs(folder)) members.add(folder);
  }
  // A set grows while it is walked: what a path member depends on by path joins as well.
  for (const member of members) {
    for (const path of pathsOf(member, root, manifests).map(locate)) if (belongs(path)) members.add(path);
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
export function isWithin(folder: string, above: string): boolean {
  return above === '.' || folder === above || folder.startsWith(`${above}/`);
}
