import type { Crate } from '../../manifests/model.js';

/** A user's selection: `--features`, `--no-default-features`, `--all-features`. */
export interface FeatureChoice {
  readonly features: readonly string[];
  readonly defaultFeatures: boolean;
  readonly allFeatures: boolean;
}

/** The effect of requested features within one crate. */
export interface ExpandedFeatures {
  /** All enabled features, including implied ones and those of optional dependencies. */
  readonly features: ReadonlySet<string>;
  /** The keys of the enabled optional dependencies. */
  readonly optional: ReadonlySet<string>;
  /** Features of dependencies that the crate's features enable, by the dependency's key. */
  readonly requests: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Represents all features in a set of requested ones; it is not a valid feature name. */
export const allFeatures = '*';

/** Sorts and deduplicates a choice, so that equivalent choices are equal. */
export function normalizeChoice(choice: FeatureChoice): FeatureChoice {
  if (choice.allFeatures) return { features: [], defaultFeatures: true, allFeatures: true };
  const named = choice.features.flatMap((entry) => entry.split(/[\s,]+/)).filter((name) => name !== '');
  const features = [...new Set(named)].filter((name) => !choice.defaultFeatures || name !== 'default');
  return { features: features.sort(), defaultFeatures: choice.defaultFeatures, allFeatures: false };
}

/**
 * Expands features within one crate (Cargo reference, "Features"): names, `dep:x`, `x/feature`, `x?/feature`, and the
 * implicit feature of an optional dependency without `dep:`.
 */
export function expandFeatures(crate: Crate, requested: Iterable<string>): ExpandedFeatures {
  return new Expansion(crate).run(requested);
}

class Expansion {
  private readonly features = new Set<string>();
  private readonly optional = new Set<string>();
  private readonly requests = new Map<string, Set<string>>();
  private readonly weak: (readonly [key: string, feature: string])[] = [];

  constructor(private readonly crate: Crate) {}

  run(requested: Iterable<string>): ExpandedFeatures {
    for (const name of requested) {
      if (name === allFeatures) this.activateAll();
      else this.activate(name);
    }
    for (const [key, feature] of this.weak) {
      if (this.optional.has(key) || this.has(key, false)) this.request(key, feature);
    }
    return { features: this.features, optional: this.optional, requests: this.requests };
  }

  private activateAll(): void {
    for (const name of Object.keys(this.crate.features)) this.activate(name);
    for (const { optional, key } of this.crate.dependencies) if (optional) this.activateOptional(key);
  }

  private activate(value: string): void {
    if (value.startsWith('dep:')) {
      this.activateDependency(value.slice('dep:'.length));
      return;
    }
    const slash = value.indexOf('/');
    if (slash >= 0) this.activateFeatureOf(value.slice(0, slash), value.slice(slash + 1));
    else this.activateName(value);
  }

  private activateName(name: string): void {
    if (this.features.has(name)) return;
    const implied = this.crate.features[name];
    if (implied === undefined) {
      if (this.has(name, true)) this.activateOptional(name);
      return;
    }
    this.features.add(name);
    for (const value of implied) this.activate(value);
  }

  private activateFeatureOf(prefix: string, feature: string): void {
    const key = prefix.replace(/\?$/, '');
    if (key !== prefix) {
      this.weak.push([key, feature]);
      return;
    }
    if (key === this.crate.name && !this.has(key)) {
      this.activateName(feature);
      return;
    }
    // `x/feature` also enables the crate's own feature `x`, as it did before `dep:` existed.
    if (this.has(key, true)) {
      this.activateDependency(key);
      this.activateName(key);
    }
    this.request(key, feature);
  }

  private activateOptional(key: string): void {
    this.activateDependency(key);
    if (!this.isHidden(key)) this.features.add(key);
  }

  private activateDependency(key: string): void {
    if (this.has(key, true)) this.optional.add(key);
  }

  private isHidden(key: string): boolean {
    return Object.values(this.crate.features).some((values) => values.includes(`dep:${key}`));
  }

  private has(key: string, optional?: boolean): boolean {
    return this.crate.dependencies.some(
      (dependency) => dependency.key === key && (optional === undefined || dependency.optional === optional),
    );
  }

  private request(key: string, feature: string): void {
    const requests = this.requests.get(key);
    if (requests) requests.add(feature);
    else this.requests.set(key, new Set([feature]));
  }
}
