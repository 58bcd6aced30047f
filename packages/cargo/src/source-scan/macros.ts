import type { Crate, CrateDependency } from '../manifests/model.js';
import type { CargoRepository } from '../manifests/repository.js';
import type { CrateWalk } from './crate-walk.js';
import { isHarmlessMacro, isHarmlessPackage } from './scanner/known-macros.js';

/** Where a crate's macros come from: local crates and external packages. */
interface MacroSources {
  readonly crates: readonly Crate[];
  readonly packages: ReadonlySet<string>;
}

/**
 * Decides which files the macros that a crate calls may read. Macros of local crates are scanned; macros of external
 * packages are known only by name.
 */
export class Macros {
  private readonly sources = new Map<string, MacroSources>();
  private readonly localDependencies: ReadonlyMap<string, readonly Crate[]>;

  constructor(
    { crates, edges }: CargoRepository,
    private readonly walkOf: (crate: Crate) => CrateWalk,
  ) {
    const bySource = Map.groupBy(edges, ({ source }) => source);
    this.localDependencies = new Map(
      [...bySource].map(([source, own]) => [source, own.flatMap(({ target }) => crates.get(target) ?? [])]),
    );
  }

  /** Returns whether a macro that the crate calls may read unknown files of the crate. */
  mayRead(crate: Crate): boolean {
    const { crates, packages } = this.sourcesOf(crate);
    const { macros } = this.walkOf(crate);
    if (macros.used.has('automod::dir') || macros.used.has('dir')) return true;
    if (crates.some((source) => this.exportsReads(source))) return true;
    if ([...packages].every(isHarmlessPackage)) return false;
    const defined = new Set([crate, ...crates].flatMap((source) => [...this.walkOf(source).macros.defined]));
    return [...macros.used].some((name) => !isHarmlessMacro(name) && !defined.has(name));
  }

  /** Returns reads in macro definitions of other crates that the crate may call. */
  definitionReadsFor(crate: Crate): CrateWalk['definitionReads'] {
    return this.sourcesOf(crate).crates.flatMap((source) => {
      const walk = this.walkOf(source);
      if (!walk.macros.exportsMacros) return [];
      return walk.definitionReads.filter(({ part }) => part === 'library');
    });
  }

  /** Returns whether a crate's macros read files or declare modules of the calling crate. */
  private exportsReads(crate: Crate): boolean {
    const { macros, runs } = this.walkOf(crate);
    if (macros.exportsUnknown) return true;
    const isMacro = crate.targets.some(({ crateTypes }) => crateTypes.includes('proc-macro'));
    if (!isMacro) return false;
    const helpers = this.normalDependencies(crate);
    return (
      runs.some(({ facts, part }) => part === 'library' && facts.touchesFiles) ||
      helpers.packages.some((name) => !isHarmlessPackage(name)) ||
      helpers.crates.some((helper) =>
        this.walkOf(helper).runs.some(({ facts, part }) => part === 'library' && facts.touchesFiles),
      )
    );
  }

  /** Returns the crates and packages whose macros a crate may call: its dependencies and their re-exports. */
  private sourcesOf(crate: Crate): MacroSources {
    let sources = this.sources.get(crate.root);
    if (sources) return sources;
    const crates = new Map<string, Crate>();
    const packages = new Set<string>();
    const pending = [crate];
    for (const one of pending) {
      for (const dependency of one.dependencies) {
        if (dependency.kind !== 'normal') continue;
        if (one !== crate && !this.reexports(one, dependency)) continue;
        const local = this.findLocalCrate(one, dependency);
        if (!local) packages.add(dependency.package);
        else if (!crates.has(local.root)) {
          crates.set(local.root, local);
          pending.push(local);
        }
      }
    }
    sources = { crates: [...crates.values()], packages };
    this.sources.set(crate.root, sources);
    return sources;
  }

  /** Returns whether a crate re-exports a dependency, or exports macros that may call those of the dependency. */
  private reexports(crate: Crate, { key }: CrateDependency): boolean {
    const { macros } = this.walkOf(crate);
    return macros.exportsMacros || macros.exported.has(key.replaceAll('-', '_'));
  }

  /** Returns all normal dependencies of a crate, direct and indirect. */
  private normalDependencies(crate: Crate): { crates: Crate[]; packages: string[] } {
    const crates = new Set<Crate>([crate]);
    const packages = new Set<string>();
    for (const one of crates) {
      for (const dependency of one.dependencies) {
        if (dependency.kind !== 'normal') continue;
        const local = this.findLocalCrate(one, dependency);
        if (local) crates.add(local);
        else packages.add(dependency.package);
      }
    }
    crates.delete(crate);
    return { crates: [...crates], packages: [...packages] };
  }

  /** Returns the local crate that a dependency resolves to, by path or by patch. */
  private findLocalCrate(crate: Crate, { package: name }: CrateDependency): Crate | undefined {
    return this.localDependencies.get(crate.root)?.find((target) => target.name === name);
  }
}
