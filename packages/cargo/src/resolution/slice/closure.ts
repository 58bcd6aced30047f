import { createHash } from 'node:crypto';
import type { ActivatedCrate } from '../features/activation.js';
import type { LockedPackage, Lockfile } from '../../manifests/lockfile.js';
import type { CargoWorkspace, Crate } from '../../manifests/model.js';
import { reduceManifest } from './manifest.js';
import { canonical, type TomlTable } from '../../manifests/toml.js';

export interface ReducedCrate {
  readonly root: string;
  readonly manifest: TomlTable;
  /** For people: name, version, features, folder, and the digest's beginning. */
  readonly line: string;
  /** Over all that matters of the crate's manifest, folder and features. */
  readonly digest: string;
}

/** The reduced manifests of a workspace's crates, each computed once for the same features and dependencies. */
export class ReducedCrates {
  private readonly known = new Map<ActivatedCrate, ReducedCrate>();

  constructor(
    private readonly workspace: CargoWorkspace,
    private readonly manifests: ReadonlyMap<string, TomlTable>,
  ) {}

  /** @param requested whether the crate itself is built; of others the library alone is */
  of(activated: ActivatedCrate, requested: boolean): ReducedCrate {
    const known = requested ? undefined : this.known.get(activated);
    if (known) return known;
    const reduced = this.reduce(activated, requested);
    if (!requested) this.known.set(activated, reduced);
    return reduced;
  }

  private reduce(activated: ActivatedCrate, requested: boolean): ReducedCrate {
    const { crate, features } = activated;
    const inherited = this.manifestOf(crate.workspaceRoot);
    const manifest = canonical(reduceManifest(this.manifestOf(crate.root), inherited, activated, requested));
    // A profile's overrides for `"*"` mean crates that are no members of the workspace.
    const isMember = crate.workspaceRoot === this.workspace.root;
    const digest = sha256(JSON.stringify([crate.root, crate.version, features, isMember, manifest]));
    return { root: crate.root, manifest, line: describe(crate, features, digest), digest };
  }

  private manifestOf(root: string): TomlTable {
    return this.manifests.get(manifestPath(root)) ?? {};
  }
}

/** The locked packages, as they stand in slices. */
export class LockedLines {
  private readonly names: readonly string[];
  private readonly digests: readonly string[];
  /** Positions in the order of the lines, whatever the order of the lockfile. */
  private readonly rank: readonly number[];

  constructor(lockfile: Lockfile | undefined) {
    const packages = lockfile?.packages ?? [];
    const lines = packages.map(lineOf);
    this.names = packages.map(({ name, version }) => `${name} ${version}`);
    this.digests = lines.map(sha256);
    const order = lines.map((_, index) => index).sort((a, b) => compare(lines[a] ?? '', lines[b] ?? ''));
    const rank: number[] = [];
    order.forEach((index, position) => (rank[index] = position));
    this.rank = rank;
  }

  /** Names and digests of some packages, by their positions in the lockfile. */
  of(packages: ReadonlySet<number>): { names: string[]; digests: string[] } {
    const sorted = [...packages].sort((a, b) => (this.rank[a] ?? 0) - (this.rank[b] ?? 0));
    return {
      names: sorted.map((index) => this.names[index] ?? ''),
      digests: sorted.map((index) => this.digests[index] ?? ''),
    };
  }
}

/** The path of the manifest in a folder. */
export function manifestPath(root: string): string {
  return root === '.' ? 'Cargo.toml' : `${root}/Cargo.toml`;
}

/** In hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function describe({ name, version, root }: Crate, features: readonly string[], digest: string): string {
  const list = features.length > 0 ? ` (${features.join(', ')})` : '';
  return `${name} ${version}${list}: ${root} ${digest.slice(0, 12)}`;
}

function lineOf({ name, version, source, checksum }: LockedPackage): string {
  return [name, version, source, checksum].filter((part) => part !== undefined).join(' ');
}
