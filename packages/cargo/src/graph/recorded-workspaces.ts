import { recall, remember } from '@millwright/toolkit';
import type { Crate } from './model.js';
import type { CargoRepository } from './repository.js';
import { isOutside } from './sources/paths.js';

/** What the hook before all tasks has to look at: written with the graph, read at each run. */
export interface RecordedWorkspaces {
  readonly workspaces: readonly {
    readonly root: string;
    /** What its crates read out of the repository, relative to it or absolute. */
    readonly outside: readonly string[];
    /** The folders of its crates. */
    readonly crates: readonly string[];
  }[];
  readonly triples: readonly string[];
  /** The toolchains that the options of targets name. */
  readonly toolchains: readonly string[];
  /** Whether any crate's build asks git whether the work tree is clean. */
  readonly asksForChanges: boolean;
}

const recordName = 'cargo-workspaces';

export function recordedWorkspaces(workspaceRoot: string): RecordedWorkspaces | undefined {
  return recall(workspaceRoot, recordName) as RecordedWorkspaces | undefined;
}

export function recordWorkspaces(workspaceRoot: string, recorded: RecordedWorkspaces): void {
  if (JSON.stringify(recordedWorkspaces(workspaceRoot)) === JSON.stringify(recorded)) return;
  remember(workspaceRoot, recordName, recorded);
}

/** What the crates of each workspace take from out of the repository: crates by path, and files. */
export class OutsideReads {
  private readonly paths = new Map<string, Set<string>>();

  constructor(private readonly repository: CargoRepository) {
    for (const { root, crates } of repository.workspaces) {
      this.paths.set(root, new Set());
      for (const crate of crates) {
        const paths = crate.dependencies.flatMap(({ path }) => path ?? []);
        this.add(crate, paths.filter(isOutside));
      }
    }
  }

  add(crate: Crate, paths: Iterable<string>): void {
    for (const path of paths) this.paths.get(crate.workspaceRoot)?.add(path);
  }

  byWorkspace(): RecordedWorkspaces['workspaces'] {
    return this.repository.workspaces.map(({ root, crates }) => ({
      root,
      outside: [...(this.paths.get(root) ?? [])].sort(),
      crates: crates.map((crate) => crate.root),
    }));
  }
}
