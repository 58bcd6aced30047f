import { mayHold } from './cfg.js';
import { allFeatures, expandFeatures, normalizeChoice, type FeatureChoice } from './features.js';
import type { Linkage } from './linkage.js';
import type { Crate, CrateDependency } from './model.js';

export type Resolver = '1' | '2' | '3';

export interface ActivationRequest {
  readonly crate: Crate;
  readonly features: FeatureChoice;
  /** The target triple that is built for. */
  readonly target: string;
  /** The triple of the machine that builds: build scripts and procedural macros run there. */
  readonly host: string;
  readonly resolver: Resolver;
}

export interface ActivatedCrate {
  readonly crate: Crate;
  readonly features: readonly string[];
  /** The dependencies that the build takes, development ones left out (but see `activate`). */
  readonly dependencies: readonly CrateDependency[];
}

export interface Activation {
  /** The crates of this repository that the build takes, by folder; the requested one first. */
  readonly crates: ReadonlyMap<string, ActivatedCrate>;
  /** The locked packages from elsewhere, with all that is below them, as positions in the lockfile. */
  readonly packages: ReadonlySet<number>;
}

/**
 * What a build of one crate takes: Cargo's feature resolver (Cargo reference, "Features", "Resolver"), with
 * every instance of a crate taken as one. It never leaves out what a build takes, and may hold more: below
 * packages from elsewhere, whose manifests are not read, all that is locked counts; the features that a crate
 * has for the host and for the target are joined. Resolver 1 joins features over all platforms, and over the
 * requested crate's development dependencies, so there these count too.
 */
export function activate(linkage: Linkage, request: ActivationRequest): Activation {
  return new Activator(linkage, request).run();
}

type Side = 'target' | 'host';

interface State {
  readonly crate: Crate;
  readonly requested: Set<string>;
  readonly sides: Set<Side>;
  features: ReadonlySet<string>;
  dependencies: readonly CrateDependency[];
}

class Activator {
  private readonly states = new Map<string, State>();
  private readonly packages = new Set<number>();
  private readonly pending = new Set<State>();

  constructor(
    private readonly linkage: Linkage,
    private readonly request: ActivationRequest,
  ) {}

  run(): Activation {
    this.demand(this.request.crate, chosen(this.request.features), ['target']);
    for (const state of this.pending) {
      this.pending.delete(state);
      this.follow(state);
    }
    const crates = [...this.states].map(([root, { crate, features, dependencies }]) => {
      return [root, { crate, features: [...features].sort(), dependencies }] as const;
    });
    return { crates: new Map(crates), packages: this.packages };
  }

  /** Adds to what is asked of a crate, and follows it again where that is news. */
  private demand(crate: Crate, features: Iterable<string>, sides: Iterable<Side>): void {
    let state = this.states.get(crate.root);
    const known = state ? state.requested.size + state.sides.size : -1;
    if (!state) {
      state = { crate, requested: new Set(), sides: new Set(), features: new Set(), dependencies: [] };
      this.states.set(crate.root, state);
    }
    for (const feature of features) state.requested.add(feature);
    const hostOnly = crate.targets.some(({ crateTypes }) => crateTypes.includes('proc-macro'));
    for (const side of hostOnly ? (['host'] as const) : sides) state.sides.add(side);
    if (state.requested.size + state.sides.size > known) this.pending.add(state);
  }

  private follow(state: State): void {
    const { features, optional, requests } = expandFeatures(state.crate, state.requested);
    state.features = features;
    state.dependencies = state.crate.dependencies.filter((dependency) => {
      if (dependency.optional && !optional.has(dependency.key)) return false;
      return this.concerns(state, dependency) && this.holds(state, dependency);
    });
    for (const dependency of state.dependencies) {
      const asked = new Set([...dependency.features, ...(requests.get(dependency.key) ?? [])]);
      if (dependency.defaultFeatures) asked.add('default');
      const link = this.linkage.linkOf(state.crate, dependency);
      const sides = dependency.kind === 'build' ? (['host'] as const) : state.sides;
      for (const crate of link.crates) this.demand(crate, asked, sides);
      for (const index of link.packages) this.take(index);
    }
  }

  private concerns(state: State, dependency: CrateDependency): boolean {
    if (dependency.kind !== 'dev') return true;
    return this.request.resolver === '1' && state.crate.root === this.request.crate.root;
  }

  /** What a build script takes, and what a host-side crate takes, is for the host. */
  private holds(state: State, { target, kind }: CrateDependency): boolean {
    if (target === undefined || this.request.resolver === '1') return true;
    const forHost = kind === 'build' || state.sides.has('host');
    const forTarget = kind !== 'build' && state.sides.has('target');
    return (
      (forTarget && mayHold(target, this.request.target)) || (forHost && mayHold(target, this.request.host))
    );
  }

  /** A package from elsewhere, and what is below it; a crate of this repository may be (`[patch]`). */
  private take(start: number): void {
    const stack = [start];
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (this.packages.has(index)) continue;
      const crate = this.linkage.crateOf(index);
      if (crate) {
        this.demand(crate, [allFeatures], ['target', 'host']);
        continue;
      }
      this.packages.add(index);
      stack.push(...(this.linkage.locked(index)?.dependencies ?? []));
    }
  }
}

function chosen(choice: FeatureChoice): string[] {
  const normal = normalizeChoice(choice);
  if (normal.allFeatures) return [allFeatures];
  return [...normal.features, ...(normal.defaultFeatures ? ['default'] : [])];
}
