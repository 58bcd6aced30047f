import type { LockedPackage, Lockfile } from './lockfile.js';
import type { CargoWorkspace, Crate, CrateDependency } from './model.js';

export interface LinkageInput {
  readonly workspace: CargoWorkspace;
  /** All crates of the repository by folder, including other workspaces. */
  readonly crates: ReadonlyMap<string, Crate>;
  /** Undefined if the workspace has none yet. */
  readonly lockfile: Lockfile | undefined;
}

/** The resolution of a dependency: local crates, locked packages, or nothing if unknown. */
export interface Link {
  readonly crates: readonly Crate[];
  /** Indexes in the lock file; several if it contains several versions. */
  readonly packages: readonly number[];
}

/** Resolves dependencies in manifests to packages in the lock file of one Cargo workspace. */
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

  /** Resolves a crate's dependency. */
  linkOf(crate: Crate, dependency: CrateDependency): Link {
    const known = this.links.get(dependency);
    if (known) return known;
    const link = this.find(crate, dependency);
    this.links.set(dependency, link);
    return link;
  }

  /** Returns whether the lock file lists the patch by this crate as unused. */
  isUnused({ name, version }: Crate): boolean {
    return this.lockfile?.unusedPatches.has(`${name} ${version}`) === true;
  }

  /** Returns whether the lock file contains the crate without an optional dependency: no enabled feature requires it. */
  isDisabled(crate: Crate, { optional, package: name }: CrateDependency): boolean {
    const own = this.lockedCrate(crate)?.dependencies;
    return optional && own?.every((index) => this.locked(index)?.name !== name) === true;
  }

  locked(index: number): LockedPackage | undefined {
    return this.lockfile?.packages[index];
  }

  /** Returns the local crate for a locked package without a source. */
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

  /** Returns the crate's locked dependencies of a name; all packages of the name if the lock file is out of date. */
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
