import { isWithin } from '../manifests/workspaces.js';
import type { CargoRepository } from '../manifests/repository.js';
import { nativeNeeds } from '../preflight/native-libraries.js';
import { gitSources } from '../preflight/git-sources.js';
import { operationsIn } from './operations.js';

/** Properties of vendored sources to compare when they move to another commit. */
export interface Overview {
  readonly crates: ReadonlyMap<string, string>;
  /** The features of each crate. */
  readonly features: ReadonlyMap<string, readonly string[]>;
  /** Debian packages of native libraries and programs that any of the features requires. */
  readonly native: readonly string[];
  /** The git repositories that packages come from. */
  readonly gitSources: readonly string[];
  /** The operations of each OpenAPI document, by its path. */
  readonly operations: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Contents of files in a checkout other than manifests. */
export interface Texts {
  readonly locks: readonly string[];
  /** OpenAPI documents, by their path relative to the sources' folder. */
  readonly documents: ReadonlyMap<string, string>;
}

/** @param folder the sources' folder */
export function overviewOf(
  { crates }: CargoRepository,
  folder: string,
  { locks, documents }: Texts,
): Overview {
  const own = [...crates.values()].filter(({ root }) => isWithin(root, folder));
  const locked = new Set(
    locks.flatMap((lock) => [...lock.matchAll(/^name = "([^"]+)"/gm)].map(([, name]) => name)),
  );
  const unique = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    crates: new Map(own.map(({ name, version }) => [name, version])),
    features: new Map(own.map(({ name, features }) => [name, Object.keys(features)])),
    native: unique(nativeNeeds.filter((need) => locked.has(need.package)).flatMap((need) => need.debian)),
    gitSources: unique(locks.flatMap((lock) => gitSources(lock).map(({ url }) => url))),
    operations: new Map([...documents].map(([path, text]) => [path, operationsIn(text)])),
  };
}

/** Formats the changes between two overviews, one line for each kind of change. */
export function changesBetween(before: Overview, after: Overview): string[] {
  const shared = [...after.features.keys()].filter((name) => before.features.has(name)).sort();
  return [
    changed('crates', [...before.crates.keys()], [...after.crates.keys()]),
    ...shared.map((name) =>
      changed(`features of ${name}`, before.features.get(name) ?? [], after.features.get(name) ?? []),
    ),
    changed('native libraries and programs (Debian)', before.native, after.native),
    changed('git sources', before.gitSources, after.gitSources),
    ...[...new Set([...before.operations.keys(), ...after.operations.keys()])]
      .sort()
      .flatMap((path) => changedOperations(path, before.operations.get(path), after.operations.get(path))),
  ].flatMap((line) => line ?? []);
}

/** The maximum number of operations listed; the rest is counted. */
const maxOperations = 10;

function changedOperations(
  path: string,
  before: ReadonlyMap<string, string> = new Map(),
  after: ReadonlyMap<string, string> = new Map(),
): string[] {
  const groups = [
    { sign: '+', word: 'new', found: [...after.keys()].filter((name) => !before.has(name)) },
    { sign: '-', word: 'gone', found: [...before.keys()].filter((name) => !after.has(name)) },
    {
      sign: '~',
      word: 'changed',
      found: [...after].flatMap(([name, text]) => ((before.get(name) ?? text) === text ? [] : [name])),
    },
  ].filter(({ found }) => found.length > 0);
  if (groups.length === 0) return [];
  const counts = groups.map(({ word, found }) => `${found.length} ${word}`).join(', ');
  return [
    `operations of ${path}: ${counts}, ${after.size} in all`,
    ...groups.flatMap(({ sign, found }) => [
      ...found.slice(0, maxOperations).map((name) => `  ${sign}${name}`),
      ...(found.length > maxOperations ? [`  ${sign}… and ${found.length - maxOperations} more`] : []),
    ]),
  ];
}

function changed(what: string, before: readonly string[], after: readonly string[]): string | undefined {
  const added = after.filter((name) => !before.includes(name)).sort();
  const removed = before.filter((name) => !after.includes(name)).sort();
  if (added.length + removed.length === 0) return undefined;
  return `${what}: ${[...added.map((name) => `+${name}`), ...removed.map((name) => `-${name}`)].join(', ')}`;
}
