import { recall, remember } from './memory.js';

/** What the hook before all tasks has to look at: written with the graph, read at each run. */
export interface RecordedWorkspaces {
  readonly workspaces: readonly string[];
  readonly triples: readonly string[];
}

const recordName = 'cargo-workspaces';

export function recordedWorkspaces(workspaceRoot: string): RecordedWorkspaces | undefined {
  return recall(workspaceRoot, recordName) as RecordedWorkspaces | undefined;
}

export function recordWorkspaces(workspaceRoot: string, recorded: RecordedWorkspaces): void {
  if (JSON.stringify(recordedWorkspaces(workspaceRoot)) === JSON.stringify(recorded)) return;
  remember(workspaceRoot, recordName, recorded);
}
