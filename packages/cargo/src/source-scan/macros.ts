import type { Crate, CrateDependency } from '../manifests/model.js';
import type { CargoRepository } from '../manifests/repository.js';
import type { CrateWalk } from './crate-walk.js';
import { isHarmlessMacro, isHarmlessPackage } from './scanner/known-macros.js';

/** What a crate gets macros from: crates of the repository, and packages from elsewhere. */
interface MacroSources {
  readonly crates: readonly Crate[];
  readonly packages: ReadonlySet<string>;
}

/**
 * What the macros that a crate may call can read of its package. Macros of the repository's own crates are looked
 * at; of packages from elsewhere only their names are known.
 */
export class Macros {
  private readonly sources = new Map<string, MacroSources>();
  private readonly targetsOf: ReadonlyMap<string, readonly Crate[]>;

  constructor(
    { crates, edges }: CargoRepository,
    private readonly walkOf: (crate: Crate) => CrateWalk,
  ) {
    const bySource = Map.groupBy(edges, ({ source }) => source);
    this.targetsOf = new Map(
      [...bySource].map(([source, own]) => [source, own.flatMap(({ target }) => crates.get(target) ?? [])]),
    );
  }

  /** Whether some macro that a crate calls may read files of the crate that cannot be told. */
  mayRead(crate: Crate): boolean {
    const { crates, packages } = this.sourcesOf(crate);
    const { macros } = this.walkOf(crate);
    if (macros.used.has('automod::dir') || macros.used.has('dir')) return true;
    if (crates.some((source) => this.exportsReads(source))) return true;
    if ([...packages].every(isHarmlessPackage)) return false;
    const defined = new Set([crate, ...crates].flatMap((source) => [...this.walkOf(source).macros.defined]));
    return [...macros.used].some((name) => !isHarmlessMacro(name) && !defined.has(name));
  }

  /** The reads in the definitions of macros of other crates, which count where a crate calls them. */
  floatingInto(crate: Crate): CrateWalk['floating'] {
    return this.sourcesOf(crate).crates.flatMap((source) => {
      const walk = this.walkOf(source);
      if (!walk.macros.exportsMacros) return [];
      return walk.floating.filter(({ part }) => part === 'library');
    });
  }

  /** Whether the macros of a crate read files, or declare modules, of the crates that call them. */
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

  /** The crates and packages whose macros a crate may call: its dependencies, and what these export again. */
  private sourcesOf(crate: Crate): MacroSources {
    let sources = this.sources.get(crate.root);
    if (sources) return sources;
    const crates = new Map<string, Crate>();
    const packages = new Set<string>();
    const pending = [crate];
    for (const one of pending) {
      for (const dependency of one.dependencies) {
        if (dependency.kind !== 'normal') continue;
        if (one !== crate && !this.exportsAgain(one, dependency)) continue;
        const local = this.localOf(one, dependency);
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

  /** Whether a crate exports what it takes from a dependency, or macros that may call what it takes. */
  private exportsAgain(crate: Crate, { key }: CrateDependency): boolean {
    const { macros } = this.walkOf(crate);
    return macros.exportsMacros || macros.exported.has(key.replaceAll('-', '_'));
  }

  /** The crates and packages that a crate needs, its own not among them. */
  private normalDependencies(crate: Crate): { crates: Crate[]; packages: string[] } {
    const crates = new Set<Crate>([crate]);
    const packages = new Set<string>();
    for (const one of crates) {
      for (const dependency of one.dependencies) {
        if (dependency.kind !== 'normal') continue;
        const local = this.localOf(one, dependency);
        if (local) crates.add(local);
        else packages.add(dependency.package);
      }
    }
    crates.delete(crate);
    return { crates: [...crates], packages: [...packages] };
  }

  /** The crate of the repository that a dependency leads to, by its path or by a patch. */
  private localOf(crate: Crate, { package: name }: CrateDependency): Crate | undefined {
    return this.targetsOf.get(crate.root)?.find((target) => target.name === name);
  }
}
