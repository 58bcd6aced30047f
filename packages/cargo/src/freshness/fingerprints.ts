import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statOf } from '@millwright/toolkit';
import type { Crate } from '../graph/model.js';
import type { CrateState } from './local-crates.js';

/** What was built in one folder of cargo's (`release`, `aarch64-unknown-linux-gnu/release`), and from what. */
interface Layout {
  /** The digest of all that lies outside the repository, by target triple. */
  readonly environments: Readonly<Record<string, string>>;
  /** By the crate's folder: the digest of its state, and when the build ended, in milliseconds. */
  readonly crates: Readonly<Record<string, { readonly digest: string; readonly at: number }>>;
}

export type BuildRecord = Readonly<Record<string, Layout>>;

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
}

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
  { triple, environment, crates }: BuildState,
): readonly string[] | 'all' {
  const recorded = known?.environments[triple];
  if (recorded !== undefined && recorded !== environment) return 'all';
  const byPackage = Map.groupBy(fingerprints, ([, fingerprint]) => fingerprint.package);
  return crates.flatMap(({ crate, state }) => {
    const before = known?.crates[crate.root];
    const changed = before !== undefined && before.digest !== state.digest;
    const units = byPackage.get(crate.name) ?? [];
    return units.flatMap(([name, { at }]) => {
      // A unit that somebody else's cargo built is trusted where no file changed since.
      const unknown = before === undefined || at > before.at;
      return changed || (unknown && state.changed > at) ? [name] : [];
    });
  });
}

/** What is known of a folder after a build. @param at when it ended, in milliseconds */
export function recordBuild(
  known: Layout | undefined,
  state: BuildState,
  at: number,
  wiped: boolean,
): Layout {
  const { environments, crates } = (wiped ? undefined : known) ?? nothing;
  return {
    environments: { ...environments, [state.triple]: state.environment },
    crates: {
      ...crates,
      ...Object.fromEntries(
        state.crates.map(({ crate, state: { digest } }) => [crate.root, { digest, at }] as const),
      ),
    },
  };
}

/** cargo's build folder with what we know of it. */
export class BuildFolder {
  private record: BuildRecord;

  /** @param folder cargo's `build.build-dir`, which is its target folder unless set otherwise */
  constructor(private readonly folder: string) {
    this.record = readRecord(join(folder, recordName));
  }

  /** Removes from a layout's folder what cargo would wrongly take for fresh. @returns what to say after the build */
  renew(layout: string, state: BuildState): (at: number) => Promise<void> {
    const fingerprintFolder = join(this.folder, layout, '.fingerprint');
    const stale = staleFingerprints(this.record[layout], readFingerprints(fingerprintFolder), state);
    if (stale === 'all') rmSync(fingerprintFolder, { recursive: true, force: true });
    else for (const name of stale) rmSync(join(fingerprintFolder, name), { recursive: true, force: true });
    return async (at) => {
      const layoutRecord = recordBuild(this.record[layout], state, at, stale === 'all');
      this.record = { ...this.record, [layout]: layoutRecord };
      await writeFile(join(this.folder, recordName), JSON.stringify(this.record)).catch(() => undefined);
    };
  }
}

const recordName = '.millwright.json';

function readRecord(path: string): BuildRecord {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BuildRecord;
  } catch {
    return {};
  }
}

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

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
