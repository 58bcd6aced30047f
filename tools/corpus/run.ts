import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compare, type Faults } from './compare.ts';
import { crateTruth } from './cargo-truth.ts';
import { moduleTruth } from './go-truth.ts';
import { inferredProjects } from './graph.ts';
import { layOutAround } from './layouts.ts';
import type { Corpus, Subject } from './packages.ts';
import { layOut } from './repository.ts';
import type { Truth } from './truth.ts';

export interface Result extends Subject {
  readonly truth: Truth;
  readonly faults: Faults;
}

interface Options {
  /** Selects the packages to compile and compare. All of them are in the repository. */
  readonly isWanted?: (name: string) => boolean;
  readonly say: (line: string) => void;
}

/**
 * Tests the packages, side by side as published.
 * @param folder the folder for the repository and intermediate results
 */
export function tryCorpus(folder: string, corpus: Corpus, options: Options): Result[] {
  const repository = join(folder, 'repository');
  return trySubjects(folder, repository, layOut(repository, corpus, options.say), options);
}

/** Tests the packages for which layouts are generated, each in every layout. */
export function tryLayouts(folder: string, corpus: Corpus, options: Options): Result[] {
  const repository = join(folder, 'layouts');
  return trySubjects(folder, repository, layOutAround(repository, corpus, options.say), options);
}

/**
 * Compiles each package that has not been compiled yet, and compares all of them with the plugins' graph.
 */
function trySubjects(
  folder: string,
  repository: string,
  all: readonly Subject[],
  { isWanted = () => true, say }: Options,
): Result[] {
  const known = all
    .filter(({ name }) => isWanted(name))
    .map((one) => {
      const record = join(folder, 'truths', `${one.place}@${one.version}.json`);
      const truth = cached(record, () => {
        say(`${one.kind} ${labelOf(one)}`);
        return one.kind === 'crate'
          ? crateTruth(repository, one.place, join(folder, 'target'))
          : moduleTruth(repository, one.place);
      });
      return { ...one, truth };
    });
  // Read after the packages were compiled, which writes their lock files.
  const projects = inferredProjects(repository);
  const places = all.map(({ place }) => place);
  const edges = edgesAnywhere(known);
  return known.map((one) => {
    const truth = { ...one.truth, edges: edges.get(one.place) ?? [] };
    const faults = compare(one.place, truth, projects, places);
    for (const [what, found] of Object.entries(faults) as [string, readonly string[]][]) {
      for (const fault of found) say(`${labelOf(one)}: ${what}: ${fault}`);
    }
    if (one.truth.skipped !== undefined) say(`${labelOf(one)}: not compiled: ${one.truth.skipped}`);
    return { ...one, faults };
  });
}

/** The edges of each package by its folder: those that it has in its own workspace, and in those that it is built in. */
function edgesAnywhere(
  known: readonly { readonly place: string; readonly truth: Pick<Truth, 'edges' | 'edgesOfOthers'> }[],
): ReadonlyMap<string, readonly string[]> {
  const found = known.flatMap(({ place, truth }) => [
    [place, truth.edges] as const,
    ...Object.entries(truth.edgesOfOthers ?? {}),
  ]);
  const byPlace = Map.groupBy(found, ([place]) => place);
  return new Map(
    [...byPlace].map(([place, own]) => [place, [...new Set(own.flatMap(([, edges]) => edges))]]),
  );
}

function labelOf({ name, version, layout, place }: Subject): string {
  return `${name} ${version}${layout === undefined ? '' : ` (${layout}, ${place})`}`;
}

/** Returns the cached facts. Packages that could not be compiled are retried by the next run. */
function cached(file: string, ask: () => Truth): Truth {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Truth;
  const truth = ask();
  if (truth.skipped !== undefined) return truth;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(truth));
  return truth;
}
