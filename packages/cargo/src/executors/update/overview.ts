import { isBelow } from '../../graph/workspaces.js';
import type { CargoRepository } from '../../graph/repository.js';
import { nativeNeeds } from '../../preflight/native-libraries.js';
import { gitSources } from '../../preflight/git-sources.js';

/** What somebody who moves sources to another commit wants to know of them. */
export interface Overview {
  readonly crates: ReadonlyMap<string, string>;
  /** The features of each crate. */
  readonly features: ReadonlyMap<string, readonly string[]>;
  /** Debian packages of native libraries and programs that some set of features needs. */
  readonly native: readonly string[];
  /** The git repositories that packages come from. */
  readonly gitSources: readonly string[];
}

/**
 * @param folder the sources' folder
 * @param locks the texts of their lock files
 */
export function overviewOf({ crates }: CargoRepository, folder: string, locks: readonly string[]): Overview {
  const own = [...crates.values()].filter(({ root }) => isBelow(root, folder));
  const locked = new Set(
    locks.flatMap((lock) => [...lock.matchAll(/^name = "([^"]+)"/gm)].map(([, name]) => name)),
  );
  const unique = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    crates: new Map(own.map(({ name, version }) => [name, version])),
    features: new Map(own.map(({ name, features }) => [name, Object.keys(features)])),
    native: unique(nativeNeeds.filter((need) => locked.has(need.package)).flatMap((need) => need.debian)),
    gitSources: unique(locks.flatMap((lock) => gitSources(lock).map(({ url }) => url))),
  };
}

/** What changed between two overviews, a line for each kind of thing that did. */
export function changesBetween(before: Overview, after: Overview): string[] {
  const shared = [...after.features.keys()].filter((name) => before.features.has(name)).sort();
  return [
    changed('crates', [...before.crates.keys()], [...after.crates.keys()]),
    ...shared.map((name) =>
      changed(`features of ${name}`, before.features.get(name) ?? [], after.features.get(name) ?? []),
    ),
    changed('native libraries and programs (Debian)', before.native, after.native),
    changed('git sources', before.gitSources, after.gitSources),
  ].flatMap((line) => line ?? []);
}

function changed(what: string, before: readonly string[], after: readonly string[]): string | undefined {
  const added = after.filter((name) => !before.includes(name)).sort();
  const removed = before.filter((name) => !after.includes(name)).sort();
  if (added.length + removed.length === 0) return undefined;
  return `${what}: ${[...added.map((name) => `+${name}`), ...removed.map((name) => `-${name}`)].join(', ')}`;
}
