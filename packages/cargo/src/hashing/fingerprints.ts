import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readState, statOf, writeState, namesIn } from '@millwright/toolkit';
import { z } from 'zod';
import type { Crate } from '../manifests/model.js';
import type { CrateState } from './local-crates.js';

/** What the last builds in one profile folder (`release`, `aarch64-unknown-linux-gnu/release`) were made from. */
const layout = z.strictObject({
  /** The digest of everything outside the repository, by target triple. */
  environments: z.record(z.string(), z.string()),
  /** By crate folder: the digest of the crate's state, and the end of the build in milliseconds since the epoch. */
  crates: z.record(
    z.string(),
    z.strictObject({
      digest: z.string(),
      at: z.number(),
      /** Digests of other files that compilers and scripts read, by absolute path; null if the file did not exist. */
      extra: z.record(z.string(), z.string().nullable()).optional(),
    }),
  ),
});

type Layout = Readonly<z.output<typeof layout>>;

/** By workspace folder, because several workspaces can share a target folder, then by profile folder. */
const buildRecord = { version: 3, schema: z.record(z.string(), z.record(z.string(), layout)) };

export type BuildRecord = Readonly<Record<string, Readonly<Record<string, Layout>>>>;

/** A unit's fingerprint, which cargo uses to decide whether the unit is up to date. */
export interface Fingerprint {
  readonly package: string;
  /** When the unit was built, in milliseconds since the epoch. */
  readonly at: number;
}

export interface BuildState {
  readonly triple: string;
  readonly environment: string;
  /** The crates of the repository, and packages that link to system libraries. */
  readonly crates: readonly {
    readonly crate: Pick<Crate, 'name' | 'root'>;
    readonly state: Pick<CrateState, 'digest' | 'changed'>;
  }[];
  /** Current digests of the other files that the crates read in earlier builds, by absolute path. */
  readonly extra?: ExtraReads;
}

/** Digests of files that no source names, by absolute path; null if the file does not exist. */
export type ExtraReads = Readonly<Record<string, string | null>>;

const emptyLayout: Layout = { environments: {}, crates: {} };

/**
 * Returns the fingerprints that cargo would wrongly consider fresh. cargo compares modification times, declared
 * variables and the compiler's version output. It misses a symbolic link with a new target, a file that was replaced
 * by an older one, undeclared reads of build scripts, and a compiler or linker that was replaced in place.
 * @param known the record of our earlier builds in this folder
 * @returns the names of the fingerprints; `all` if the environment of the whole folder changed
 */
export function staleFingerprints(
  known: Layout | undefined,
  fingerprints: ReadonlyMap<string, Fingerprint>,
  { triple, environment, crates, extra = {} }: BuildState,
): readonly string[] | 'all' {
  const recorded = known?.environments[triple];
  if (recorded !== undefined && recorded !== environment) return 'all';
  const byPackage = Map.groupBy(fingerprints, ([, fingerprint]) => fingerprint.package);
  return crates.flatMap(({ crate, state }) => {
    const before = known?.crates[crate.root];
    const read = Object.entries(before?.extra ?? {});
    const changed =
      (before !== undefined && before.digest !== state.digest) ||
      read.some(([path, digest]) => (extra[path] ?? null) !== digest);
    const units = byPackage.get(crate.name) ?? [];
    return units.flatMap(([name, { at }]) => {
      // A unit that cargo built outside Millwright is trusted if no file changed after it was built.
      const unknown = before === undefined || at > before.at;
      return changed || (unknown && state.changed > at) ? [name] : [];
    });
  });
}

/**
 * Returns the record of a profile folder after a build.
 * @param at the end of the build, in milliseconds since the epoch
 * @param wiped whether all fingerprints were removed before the build
 * @param extra other files that crates read, by crate folder
 */
export function recordBuild(
  known: Layout | undefined,
  state: BuildState,
  at: number,
  wiped: boolean,
  extra: ReadonlyMap<string, ExtraReads> = new Map(),
): Layout {
  const { environments, crates } = (wiped ? undefined : known) ?? emptyLayout;
  return {
    environments: { ...environments, [state.triple]: state.environment },
    crates: {
      ...crates,
      ...Object.fromEntries(
        state.crates.map(({ crate, state: { digest } }) => {
          const read = extra.get(crate.root) ?? crates[crate.root]?.extra ?? {};
          return [crate.root, { digest, at, ...(Object.keys(read).length === 0 ? {} : { extra: read }) }];
        }),
      ),
    },
  };
}

/** cargo's build folder and the record of our builds in it. */
export class BuildFolder {
  private record: BuildRecord;

  /**
   * @param folder cargo's `build.build-dir`, which is its target folder unless set otherwise
   * @param workspace the Cargo workspace's folder, absolute
   */
  constructor(
    private readonly folder: string,
    private readonly workspace: string,
  ) {
    this.record = readState(join(folder, recordName), buildRecord) ?? {};
  }

  /** Returns the other files that crates read in earlier builds of a profile folder, absolute. */
  extraReads(layout: string): string[] {
    const crates = Object.values(this.record[this.workspace]?.[layout]?.crates ?? {});
    return [...new Set(crates.flatMap(({ extra }) => Object.keys(extra ?? {})))];
  }

  /**
   * Removes the fingerprints in a profile folder that cargo would wrongly consider fresh.
   * @returns a function to call after the build, which records it. `edited` lists the crates that changed during the
   * build: it is unknown which version was compiled
   */
  removeStale(
    layout: string,
    state: BuildState,
  ): (at: number, extra: ReadonlyMap<string, ExtraReads>, edited: ReadonlySet<string>) => void {
    const fingerprintFolder = join(this.folder, layout, '.fingerprint');
    const known = this.record[this.workspace]?.[layout];
    const stale = staleFingerprints(known, readFingerprints(fingerprintFolder), state);
    if (stale === 'all') rmSync(fingerprintFolder, { recursive: true, force: true });
    else for (const name of stale) rmSync(join(fingerprintFolder, name), { recursive: true, force: true });
    return (at, extra, edited) => {
      const own = this.record[this.workspace];
      const crates = state.crates.map((one) =>
        edited.has(one.crate.root) ? { ...one, state: { ...one.state, digest: 'edited' } } : one,
      );
      const built = recordBuild(own?.[layout], { ...state, crates }, at, stale === 'all', extra);
      this.record = { ...this.record, [this.workspace]: { ...own, [layout]: built } };
      writeState(join(this.folder, recordName), buildRecord, this.record);
    };
  }
}

const recordName = '.millwright.json';

function readFingerprints(folder: string): Map<string, Fingerprint> {
  const found = new Map<string, Fingerprint>();
  for (const name of namesIn(folder)) {
    const match = /^(.+)-[0-9a-f]{16}$/.exec(name);
    if (match?.[1] !== undefined) found.set(name, { package: match[1], at: builtAt(join(folder, name)) });
  }
  return found;
}

/** cargo touches `invoked.timestamp` before it starts a compiler; it is missing if the unit was not compiled. */
function builtAt(folder: string): number {
  const stat = statOf(join(folder, 'invoked.timestamp')) ?? statOf(folder);
  return stat?.mtimeMs ?? 0;
}
