/**
 * The origins of name claims, in order of precedence: names that Nx uses unchanged, names that a user chose
 * for our plugins, then those of crates, Go modules, stacks and virtual Cargo workspaces.
 */
const nameOrigins = ['nx', 'explicit', 'crate', 'module', 'stack', 'workspace'] as const;

export type NameOrigin = (typeof nameOrigins)[number];

/** The name that a file claims for the project in its folder. */
export interface NameClaim {
  /** Relative to the Nx workspace, with forward slashes. The workspace root is `.`. */
  readonly folder: string;
  readonly origin: NameOrigin;
  readonly name: string;
}

/** The name of a folder's project. */
export interface ProjectName {
  readonly name: string;
  /** The preferred name, which the project would have if no other project had it. */
  readonly wanted: string;
  /** The folder of the project that has the preferred name, if it is not this one. */
  readonly takenBy: string | undefined;
}

/**
 * Assigns a unique name to every folder. If several folders claim a name, the first by origin gets it;
 * of these a visible folder before a hidden one, then the first by depth, then by path. The others are named after their path, which does not depend on other projects.
 *
 * Each plugin computes the names independently. A claim that only one plugin sees can make other claims
 * lose, but never assigns a name twice. Therefore, it is sufficient that every plugin sees the claims of
 * all actual projects.
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
  const free = new FreeNames(ordered.map(({ name }) => name));
  for (const claim of ordered) {
    const { folder, name: wanted } = claim;
    const holder = holders.get(wanted);
    // Nx itself reports duplicates among its own names.
    if (holder === claim || claim.origin === 'nx') {
      names.set(folder, { name: wanted, wanted, takenBy: undefined });
      continue;
    }
    names.set(folder, { name: free.take(claim), wanted, takenBy: holder?.folder });
  }
  return names;
}

/** Longer than any name that is typed, and the maximum length of a folder name. */
const maxNameLength = 255;

/**
 * Converts a text to a project name, without characters that Nx's command line interprets as a pattern,
 * list, target or option.
 */
export function asProjectName(text: string): string {
  return text
    .slice(0, maxNameLength)
    .replace(/[^\p{L}\p{N}@._/+~-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/**
 * Returns true for names of object properties. Nx looks names up in plain objects, which already have
 * these.
 */
function isReserved({ name, origin }: NameClaim): boolean {
  return origin !== 'nx' && name in Object.prototype;
}

function rank({ origin }: NameClaim): number {
  return nameOrigins.indexOf(origin);
}

function compareClaims(a: NameClaim, b: NameClaim): number {
  const difference =
    rank(a) - rank(b) ||
    Number(isHidden(a.folder)) - Number(isHidden(b.folder)) ||
    depth(a.folder) - depth(b.folder);
  if (difference !== 0) return difference;
  return a.folder < b.folder ? -1 : 1;
}

function isHidden(folder: string): boolean {
  return /(^|\/)\.[^/]/.test(folder);
}

function depth(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length;
}

/** The suffixes for alternative names if the path of a project equals its name. */
const suffixes: Readonly<Record<NameOrigin, string>> = {
  nx: 'project',
  explicit: 'project',
  crate: 'crate',
  module: 'module',
  stack: 'stack',
  workspace: 'workspace',
};

/** Hands out names to projects that cannot have their preferred one, each name once. */
class FreeNames {
  private readonly taken: Set<string>;
  /** The last number that was tried behind a name. Without it, many equal names would take quadratic time. */
  private readonly lastNumbers = new Map<string, number>();

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** Returns the best available name. */
  take({ folder, name, origin }: NameClaim): string {
    const suffixed = `${name}-${suffixes[origin]}`;
    const byPath = folder.includes('/') ? asProjectName(folder.replaceAll('/', '-')) : suffixed;
    const withSlashes = `${folder === '.' ? name : asProjectName(folder)}/${suffixes[origin]}`;
    const free = [byPath, withSlashes].find((one) => !this.taken.has(one)) ?? this.numbered(suffixed);
    this.taken.add(free);
    return free;
  }

  private numbered(name: string): string {
    let number = (this.lastNumbers.get(name) ?? 1) + 1;
    while (this.taken.has(`${name}-${number}`)) number += 1;
    this.lastNumbers.set(name, number);
    return `${name}-${number}`;
  }
}
