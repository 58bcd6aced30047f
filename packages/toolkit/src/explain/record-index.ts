import { z } from 'zod';
import { readWorkspaceState } from '../state/state.js';

/** By task: the hash of its last result, and the time of the record in milliseconds since the epoch. */
const index = z.record(z.string(), z.strictObject({ hash: z.string(), at: z.number() }));

export type RecordIndex = Readonly<z.output<typeof index>>;

export const indexFormat = { name: 'explain', version: 1, schema: index };

/** Returns the index of all records. It is a small separate file, because every run reads it. */
export function recordIndex(workspaceRoot: string): RecordIndex {
  return readWorkspaceState(workspaceRoot, indexFormat) ?? {};
}
