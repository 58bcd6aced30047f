import { mayApply } from './cfg.js';
import { allFeatures, expandFeatures, normalizeChoice, type FeatureChoice } from './features.js';
import type { Linkage } from '../../manifests/linkage.js';
import type { Crate, CrateDependency } from '../../manifests/model.js';

export type Resolver = '1' | '2' | '3';

export interface ActivationScope {
  /** The target triple. */
  readonly target: string;
  /** The host's triple, for which build scripts and procedural macros are built. */
  readonly host: string;
  readonly resolver: Resolver;
}

export interface ActivatedCrate {
  readonly crate: Crate;
  readonly features: readonly string[];
  /** The enabled dependencies, without development dependencies (for resolver 1, see `Activator`). */
  readonly dependencies: readonly CrateDependency[];
}

export interface Activation {
  /** The local crates in the build, by folder; the requested one first. */
  readonly crates: ReadonlyMap<string, ActivatedCrate>;
  /** The external packages and all of their dependencies, as indexes in the lock file. */
  readonly packages: ReadonlySet<number>;
}

type Side = 'target' | 'host';

/** The enabled dependencies of one crate, for one set of requested features and sides. */
interface Step extends ActivatedCrate {
  readonly demands: readonly Demand[];
  readonly packages: readonly number[];
}

interface Demand {
  readonly crate: Crate;
  readonly features: ReadonlySet<string>;
  /** Undefined for the sides of the requesting crate. */
  readonly sides: readonly Side[] | undefined;
}

interface State {
  readonly crate: Crate;
  readonly requested: Set<string>;
  readonly sides: Set<Side>;
  step?: Step;
}

/**
 * Resolves the features and dependencies of single crates' builds, like Cargo's feature resolver (Cargo reference,
 * "Features", "Resolver"), but with all instances of a crate merged. The result is never too small, but may be too
 * large: all locked dependencies of external packages count, because their manifests are not read, and features for
 * host and target are merged. Resolver 1 unifies features over all platforms and over development dependencies of the
 * requested crate, so these count as well.
 */
export class Activator {
  private readonly steps = new Map<string, Step>();
  private readonly conditions = new Map<string, boolean>();

  constructor(
    private readonly linkage: Linkage,
    private readonly scope: ActivationScope,
  ) {}

  /** Returns the crates and packages in `cargo build --package <crate>`. */
  activate(requested: Crate, choice: FeatureChoice): Activation {
    const states = new Map<string, State>();
    const pending = new Set<State>();
    const packages = new Set<number>();
    const demand = (crate: Crate, features: Iterable<string>, sides: Iterable<Side>): void => {
      let state = states.get(crate.root);
      const known = state ? state.requested.size + state.sides.size : -1;
      if (!state) states.set(crate.root, (state = { crate, requested: new Set(), sides: new Set() }));
      for (const feature of features) state.requested.add(feature);
      for (const side of isMacro(crate) ? hostSide : sides) state.sides.add(side);
      if (state.requested.size + state.sides.size > known) pending.add(state);
    };
    demand(requested, requestedFeatures(choice), ['target']);
    for (const state of pending) {
      pending.delete(state);
      const step = this.stepOf(state, state.crate.root === requested.root);
      state.step = step;
      for (const { crate, features, sides } of step.demands) demand(crate, features, sides ?? state.sides);
      // An external package may depend on a local crate through a `[patch]`, with unknown features.
      for (const crate of this.addPackages(step.packages, packages)) demand(crate, [allFeatures], bothSides);
    }
    const crates = [...states].flatMap(([root, { step }]) => (step ? [[root, step] as const] : []));
    return { crates: new Map(crates), packages };
  }

  private stepOf({ crate, requested, sides }: State, isRequested: boolean): Step {
    const key = [crate.root, isRequested, [...requested].sort(), [...sides].sort()].join('|');
    let step = this.steps.get(key);
    if (!step) this.steps.set(key, (step = this.follow(crate, requested, sides, isRequested)));
    return step;
  }

  private follow(
    crate: Crate,
    requested: ReadonlySet<string>,
    sides: ReadonlySet<Side>,
    isRequested: boolean,
  ): Step {
    const { features: own, optional, requests } = expandFeatures(crate, requested);
    const dependencies = crate.dependencies.filter((dependency) => {
      if (dependency.optional && !optional.has(dependency.key)) return false;
      if (dependency.kind === 'dev' && !(isRequested && this.scope.resolver === '1')) return false;
      return this.holds(dependency, sides);
    });
    const demands: Demand[] = [];
    const packages: number[] = [];
    for (const dependency of dependencies) {
      const features = new Set([...dependency.features, ...(requests.get(dependency.key) ?? [])]);
      if (dependency.defaultFeatures) features.add('default');
      const link = this.linkage.linkOf(crate, dependency);
      const on = dependency.kind === 'build' ? hostSide : undefined;
      for (const below of link.crates) demands.push({ crate: below, features, sides: on });
      packages.push(...link.packages);
    }
    return { crate, features: [...own].sort(), dependencies, demands, packages };
  }

  /** Returns whether a dependency's condition may hold. Dependencies of build scripts and host crates are built for the host. */
  private holds({ target, kind }: CrateDependency, sides: ReadonlySet<Side>): boolean {
    if (target === undefined || this.scope.resolver === '1') return true;
    const forHost = kind === 'build' || sides.has('host');
    const forTarget = kind !== 'build' && sides.has('target');
    return (
      (forTarget && this.mayHold(target, this.scope.target)) ||
      (forHost && this.mayHold(target, this.scope.host))
    );
  }

  private mayHold(condition: string, triple: string): boolean {
    const key = `${triple} ${condition}`;
    let known = this.conditions.get(key);
    if (known === undefined) this.conditions.set(key, (known = mayApply(condition, triple)));
    return known;
  }

  /** Adds packages and their dependencies to `taken`; returns the local crates among them. */
  private addPackages(start: readonly number[], taken: Set<number>): Crate[] {
    const crates: Crate[] = [];
    const stack = start.filter((index) => !taken.has(index));
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (taken.has(index)) continue;
      const crate = this.linkage.crateOf(index);
      if (crate) {
        crates.push(crate);
        continue;
      }
      taken.add(index);
      for (const below of this.linkage.locked(index)?.dependencies ?? []) {
        if (!taken.has(below)) stack.push(below);
      }
    }
    return crates;
  }
}

const hostSide: readonly Side[] = ['host'];
const bothSides: readonly Side[] = ['target', 'host'];

function isMacro(crate: Crate): boolean {
  return crate.targets.some(({ crateTypes }) => crateTypes.includes('proc-macro'));
}

function requestedFeatures(choice: FeatureChoice): string[] {
  const normal = normalizeChoice(choice);
  if (normal.allFeatures) return [allFeatures];
  return [...normal.features, ...(normal.defaultFeatures ? ['default'] : [])];
}
