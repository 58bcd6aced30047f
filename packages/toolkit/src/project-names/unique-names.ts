/**
 * Where a project's wish for a name comes from, in order of precedence: a name that Nx takes as it is, one that a
 * user wrote for our plugins, then those of crates, Go modules, stacks and virtual Cargo workspaces.
 */
export const nameOrigins = ['nx', 'explicit', 'crate', 'module', 'stack', 'workspace'] as const;

export type NameOrigin = (typeof nameOrigins)[number];

/** The name that one file asks for the project of its folder. */
export interface NameClaim {
  /** Relative to the Nx workspace, with forward slashes; the workspace's own folder is `.`. */
  readonly folder: string;
  readonly origin: NameOrigin;
  readonly name: string;
}

/** The name of a folder's project. */
export interface ProjectName {
  readonly name: string;
  /** The name that the project would have if no other project had it. */
  readonly wanted: string;
  /** The folder of the project that has the wanted name; undefined where this one has it. */
  readonly takenBy: string | undefined;
}

/**
 * Gives every folder one name, no two the same. Of several folders that claim a name, the first by origin, then by
 * depth, then by path keeps it. The others are named after their path, which depends on nothing elsewhere.
 *
 * Each plugin computes this by itself over the same repository. A claim that only one of them sees makes other
 * claims lose, but gives no name twice, so it is enough that every plugin sees the claims of all real projects.
 */
export function uniqueNames(claims: readonly NameClaim[]): Map<string, ProjectName> {
  const byFolder = new Map<string, NameClaim>();
  for (const claim of claims) {
    const known = byFolder.get(claim.folder);
    if (!known || rank(claim) < rank(known)) byFolder.set(claim.folder, claim);
  }
  const ordered = [...byFolder.values()].sort(compareClaims);
  const holders = new Map<string, NameClaim>();
  for (const claim of ordered) {
    if (!holders.has(claim.name) && !isReserved(claim)) holders.set(claim.name, claim);
  }
  const names = new Map<string, ProjectName>();
  const taken = new Set(ordered.map(({ name }) => name));
  for (const claim of ordered) {
    const { folder, name: wanted } = claim;
    const holder = holders.get(wanted);
    // Nx itself reports two of its own names that are the same.
    if (holder === claim || claim.origin === 'nx') {
      names.set(folder, { name: wanted, wanted, takenBy: undefined });
      continue;
    }
    const name = freeName(claim, taken);
    taken.add(name);
    names.set(folder, { name, wanted, takenBy: holder?.folder });
  }
  return names;
}

/** Nobody types more, and no folder has a longer name. */
const longestName = 255;

/** A text as a project's name: without what Nx's command line reads as a pattern, a list, a target or an option. */
export function asProjectName(text: string): string {
  return text
    .slice(0, longestName)
    .replace(/[^\p{L}\p{N}@._/+~-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/** Nx looks names up in plain objects, where these are there from the beginning. */
function isReserved({ name, origin }: NameClaim): boolean {
  return origin !== 'nx' && name in Object.prototype;
}

function rank({ origin }: NameClaim): number {
  return nameOrigins.indexOf(origin);
}

function compareClaims(a: NameClaim, b: NameClaim): number {
  const byOrigin = rank(a) - rank(b) || depth(a.folder) - depth(b.folder);
  if (byOrigin !== 0) return byOrigin;
  return a.folder < b.folder ? -1 : 1;
}

function depth(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length;
}

/** What the other names of a project are made of where its path has no more to say than its name. */
const suffixes: Readonly<Record<NameOrigin, string>> = {
  nx: 'project',
  explicit: 'project',
  crate: 'crate',
  module: 'module',
  stack: 'stack',
  workspace: 'workspace',
};

/** The best free name for a project that cannot have the one that it wants. */
function freeName({ folder, name, origin }: NameClaim, taken: ReadonlySet<string>): string {
  const suffixed = `${name}-${suffixes[origin]}`;
  const byPath = folder.includes('/') ? asProjectName(folder.replaceAll('/', '-')) : suffixed;
  const withSlashes = `${folder === '.' ? name : asProjectName(folder)}/${suffixes[origin]}`;
  const free = [byPath, withSlashes].find((one) => !taken.has(one));
  if (free !== undefined) return free;
  let number = 2;
  while (taken.has(`${suffixed}-${number}`)) number += 1;
  return `${suffixed}-${number}`;
}
