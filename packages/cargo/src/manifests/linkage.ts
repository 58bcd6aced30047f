import type { LockedPackage, Lockfile } from './lockfile.js';
import type { CargoWorkspace, Crate, CrateDependency } from './model.js';

export interface LinkageInput {
  readonly workspace: CargoWorkspace;
  /** The crates of the repository by folder, those of other workspaces included. */
  readonly crates: ReadonlyMap<string, Crate>;
  /** Undefined where the workspace has none yet. */
  readonly lockfile: Lockfile | undefined;
}

/** Where a dependency leads: a crate of this repository, locked packages, or nothing that is known. */
export interface Link {
  readonly crates: readonly Crate[];
  /** Positions in the lockfile; more than one where the lockfile holds several versions. */
  readonly packages: readonly number[];
}

/** Joins the manifests' dependencies to the lockfile's packages, of one Cargo workspace. */
export class Linkage {
  readonly lockfile: Lockfile | undefined;
  private readonly crates: ReadonlyMap<string, Crate>;
  private readonly patches: CargoWorkspace['patches'];
  private readonly byName = new Map<string, Crate[]>();
  private readonly links = new Map<CrateDependency, Link>();

  constructor(input: LinkageInput) {
    this.crates = input.crates;
    this.lockfile = input.lockfile;
    this.patches = input.workspace.patches;
    for (const crate of input.workspace.crates) {
      const same = this.byName.get(crate.name);
      if (same) same.push(crate);
      else this.byName.set(crate.name, [crate]);
    }
  }

  /** Where a crate's dependency leads. */
  linkOf(crate: Crate, dependency: CrateDependency): Link {
    const known = this.links.get(dependency);
    if (known) return known;
    const link = this.find(crate, dependency);
    this.links.set(dependency, link);
    return link;
  }

  /** Whether the workspace's lock file says that a patch by this crate replaces nothing. */
  isUnused({ name, version }: Crate): boolean {
    return this.lockfile?.unusedPatches.has(`${name} ${version}`) === true;
  }

  /** Whether the lock file knows the crate, and that no feature that is on there asks for an optional dependency. */
  leavesOff(crate: Crate, { optional, package: name }: CrateDependency): boolean {
    const own = this.lockedCrate(crate)?.dependencies;
    return optional && own?.every((index) => this.locked(index)?.name !== name) === true;
  }

  locked(index: number): LockedPackage | undefined {
    return this.lockfile?.packages[index];
  }

  /** The crate of this repository that a locked package without a source is. */
  crateOf(index: number): Crate | undefined {
    const locked = this.locked(index);
    if (locked === undefined || locked.source !== undefined) return undefined;
    const patched = this.patchedCrates(locked.name);
    const candidates = [...patched, ...(this.byName.get(locked.name) ?? [])];
    return candidates.find((crate) => crate.version === locked.version) ?? candidates[0];
  }

  private find(crate: Crate, dependency: CrateDependency): Link {
    const local = dependency.path === undefined ? undefined : this.crates.get(dependency.path);
    if (local) return { crates: [local], packages: [] };
    if (!this.lockfile) return { crates: this.patchedCrates(dependency.package), packages: [] };
    const candidates = this.candidates(crate, dependency.package);
    const crates: Crate[] = [];
    const packages: number[] = [];
    for (const index of candidates) {
      const folder = this.crateOf(index);
      if (folder) crates.push(folder);
      else packages.push(index);
    }
    return { crates, packages };
  }

  /** What the lockfile lists for the crate; every package of the name where the lockfile is behind. */
  private candidates(crate: Crate, name: string): readonly number[] {
    const own = this.lockedCrate(crate)?.dependencies.filter((index) => this.locked(index)?.name === name);
    if (own && own.length > 0) return own;
    return this.lockfile?.byName.get(name) ?? [];
  }

  private lockedCrate(crate: Crate): LockedPackage | undefined {
    const folders = (this.lockfile?.byName.get(crate.name) ?? []).flatMap((index) => {
      const locked = this.locked(index);
      return locked && locked.source === undefined ? [locked] : [];
    });
    return folders.find((locked) => locked.version === crate.version) ?? folders[0];
  }

  private patchedCrates(name: string): Crate[] {
    return this.patches.flatMap((patch) => {
      const crate = patch.package === name ? this.crates.get(patch.path) : undefined;
      return crate ? [crate] : [];
    });
  }
}
