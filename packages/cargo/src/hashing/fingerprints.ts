import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readState, statOf, writeState, namesIn } from '@millwright/toolkit';
import { z } from 'zod';
import type { Crate } from '../manifests/model.js';
import type { CrateState } from './local-crates.js';

/** What was built in one folder of cargo's (`release`, `aarch64-unknown-linux-gnu/release`), and from what. */
const layout = z.strictObject({
  /** The digest of all that lies outside the repository, by target triple. */
  environments: z.record(z.string(), z.string()),
  /** By the crate's folder: the digest of its state, and when the build ended, in milliseconds. */
  crates: z.record(
    z.string(),
    z.strictObject({
      digest: z.string(),
      at: z.number(),
      /** What compilers and scripts read beside that, by absolute path; null for what was not there. */
      extra: z.record(z.string(), z.string().nullable()).optional(),
    }),
  ),
});

type Layout = Readonly<z.output<typeof layout>>;

/** By the Cargo workspace's folder, since several may share a target folder, and by layout. */
const buildRecord = { version: 3, schema: z.record(z.string(), z.record(z.string(), layout)) };

export type BuildRecord = Readonly<Record<string, Readonly<Record<string, Layout>>>>;

/** One unit's fingerprint, which cargo compares to tell whether it is up to date. */
export interface Fingerprint {
  readonly package: string;
  /** When the unit was built, in milliseconds. */
  readonly at: number;
}

export interface BuildState {
  readonly triple: string;
  readonly environment: string;
  /** The crates of the repository, and packages that link to libraries of the machine. */
  readonly crates: readonly {
    readonly crate: Pick<Crate, 'name' | 'root'>;
    readonly state: Pick<CrateState, 'digest' | 'changed'>;
  }[];
  /** The present digests of what crates were seen to read beside their state, by absolute path. */
  readonly extra?: ExtraReads;
}

/** Digests of files that no source names, by absolute path; null where there is none. */
export type ExtraReads = Readonly<Record<string, string | null>>;

const nothing: Layout = { environments: {}, crates: {} };

/**
 * The fingerprints that cargo would trust and must not. cargo compares modification times, declared variables and
 * the compiler's own version text; what changed otherwise (a link that leads elsewhere, a file that keeps an older
 * time, what a script reads and does not declare, a compiler or linker replaced in place) it takes for unchanged.
 * @param known what was built there before, as far as it was by us
 * @returns the fingerprints' names; `all` where everything there was built by other tools
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
      // A unit that somebody else's cargo built is trusted where no file changed since.
      const unknown = before === undefined || at > before.at;
      return changed || (unknown && state.changed > at) ? [name] : [];
    });
  });
}

/**
 * What is known of a folder after a build.
 * @param at when it ended, in milliseconds
 * @param extra by the crate's folder, what it read beside its state
 */
export function recordBuild(
  known: Layout | undefined,
  state: BuildState,
  at: number,
  wiped: boolean,
  extra: ReadonlyMap<string, ExtraReads> = new Map(),
): Layout {
  const { environments, crates } = (wiped ? undefined : known) ?? nothing;
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

/** cargo's build folder with what we know of it. */
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

  /** The files that crates were seen to read in a layout beside their state, absolute. */
  extraReads(layout: string): string[] {
    const crates = Object.values(this.record[this.workspace]?.[layout]?.crates ?? {});
    return [...new Set(crates.flatMap(({ extra }) => Object.keys(extra ?? {})))];
  }

  /**
   * Removes from a layout's folder what cargo would wrongly take for fresh.
   * @returns what to call after the build, with the crates that changed meanwhile, of which nobody knows the state
   */
  renew(
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

/** cargo touches `invoked.timestamp` before it starts a compiler; a unit without it was not compiled. */
function builtAt(folder: string): number {
  const stat = statOf(join(folder, 'invoked.timestamp')) ?? statOf(folder);
  return stat?.mtimeMs ?? 0;
}
