import { createHash } from 'node:crypto';
import type { ActivatedCrate } from '../features/activation.js';
import type { LockedPackage, Lockfile } from '../../manifests/lockfile.js';
import type { CargoWorkspace, Crate } from '../../manifests/model.js';
import { reduceManifest } from './manifest.js';
import { canonical, type TomlTable } from '../../manifests/toml.js';

export interface ReducedCrate {
  readonly root: string;
  readonly manifest: TomlTable;
  /** A readable line: name, version, features, folder, and an abbreviated digest. */
  readonly line: string;
  /** A digest of the relevant parts of the manifest, the folder and the features. */
  readonly digest: string;
}

/** Computes and caches the reduced manifests of a workspace's crates. */
export class ReducedCrates {
  private readonly reducedByActivation = new Map<ActivatedCrate, ReducedCrate>();

  constructor(
    private readonly workspace: CargoWorkspace,
    private readonly manifests: ReadonlyMap<string, TomlTable>,
  ) {}

  /** @param requested whether the crate itself is built; of dependencies, only the library is */
  of(activated: ActivatedCrate, requested: boolean): ReducedCrate {
    const known = requested ? undefined : this.reducedByActivation.get(activated);
    if (known) return known;
    const reduced = this.reduce(activated, requested);
    if (!requested) this.reducedByActivation.set(activated, reduced);
    return reduced;
  }

  private reduce(activated: ActivatedCrate, requested: boolean): ReducedCrate {
    const { crate, features } = activated;
    const inherited = this.manifestOf(crate.workspaceRoot);
    const manifest = canonical(reduceManifest(this.manifestOf(crate.root), inherited, activated, requested));
    // A profile's overrides for `"*"` apply to crates that are not members of the workspace.
    const isMember = crate.workspaceRoot === this.workspace.root;
    const digest = sha256(JSON.stringify([crate.root, crate.version, features, isMember, manifest]));
    return { root: crate.root, manifest, line: describe(crate, features, digest), digest };
  }

  private manifestOf(root: string): TomlTable {
    return this.manifests.get(manifestPath(root)) ?? {};
  }
}

/** Names and digests of locked packages for slices. */
export class LockedLines {
  private readonly names: readonly string[];
  private readonly digests: readonly string[];
  /** Sort positions, independent of the order in the lock file. */
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

  /** Returns sorted names and digests of packages, given by index in the lock file. */
  of(packages: ReadonlySet<number>): { names: string[]; digests: string[] } {
    const sorted = [...packages].sort((a, b) => (this.rank[a] ?? 0) - (this.rank[b] ?? 0));
    return {
      names: sorted.map((index) => this.names[index] ?? ''),
      digests: sorted.map((index) => this.digests[index] ?? ''),
    };
  }
}

/** Returns the path of the manifest in a folder. */
export function manifestPath(root: string): string {
  return root === '.' ? 'Cargo.toml' : `${root}/Cargo.toml`;
}

/** Returns the SHA-256 in hexadecimal. */
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
