import { z } from 'zod';
import { readWorkspaceState } from '../state/state.js';

/** By task: the hash of its last result, and when it was recorded, in milliseconds since the epoch. */
const index = z.record(z.string(), z.strictObject({ hash: z.string(), at: z.number() }));

export type RecordIndex = Readonly<z.output<typeof index>>;

export const indexFormat = { name: 'explain', version: 1, schema: index };

/** What is known of all tasks; small and apart from the rest, since every run reads it. */
export function recordIndex(workspaceRoot: string): RecordIndex {
  return readWorkspaceState(workspaceRoot, indexFormat) ?? {};
}
