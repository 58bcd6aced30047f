import { recall, remember } from '@millwright/toolkit';
import type { SystemLibraries } from './native-files.js';

/** What the hook before all tasks has to look at: written with the graph, read at each run. */
export interface RecordedModules {
  /** The folders of the modules. */
  readonly modules: readonly string[];
  /** What they read out of the repository, relative to it or absolute. */
  readonly outside: readonly string[];
  /** The target triples whose C compilers a build may start. */
  readonly triples: readonly string[];
  /** What their C code takes from the system by name. */
  readonly libraries: SystemLibraries;
}

const recordName = 'go-modules-read';

export function recordedModules(workspaceRoot: string): RecordedModules | undefined {
  return recall(workspaceRoot, recordName) as RecordedModules | undefined;
}

export function recordModules(workspaceRoot: string, recorded: RecordedModules): void {
  if (JSON.stringify(recordedModules(workspaceRoot)) === JSON.stringify(recorded)) return;
  remember(workspaceRoot, recordName, recorded);
}
