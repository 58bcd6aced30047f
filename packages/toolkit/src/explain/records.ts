import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { recall, remember, workspaceDataFolder } from '../state/state.js';
import { indexFormat, recordIndex } from './record-index.js';
import { type BatchRecord, batchRecord, type TaskRecord, taskRecord } from './observed/inputs.js';

/** The most tasks of a workspace that are known, and the most runs of batches. */
const mostTasks = 500;
const mostBatches = 20;

const batchFormat = { name: 'explain-batches', version: 1, schema: z.array(batchRecord) };

/** The last state of a task; undefined where none is known. */
export function recordOf(workspaceRoot: string, taskId: string): TaskRecord | undefined {
  return recall(workspaceRoot, formatOf(taskId));
}

/** Keeps the states of tasks, and forgets those that were recorded longest ago. */
export function keepRecords(workspaceRoot: string, records: ReadonlyMap<string, TaskRecord>): void {
  for (const [id, record] of records) remember(workspaceRoot, formatOf(id), record);
  const entries = { ...recordIndex(workspaceRoot) };
  const at = Date.now();
  for (const [id, { hash }] of records) entries[id] = { hash, at };
  const newest = Object.entries(entries).sort(([, one], [, other]) => other.at - one.at);
  for (const [id] of newest.slice(mostTasks)) rmSync(pathOf(workspaceRoot, id), { force: true });
  remember(workspaceRoot, indexFormat, Object.fromEntries(newest.slice(0, mostTasks)));
}

/** The runs of batch executors, oldest first. */
export function batchRecords(workspaceRoot: string): readonly BatchRecord[] {
  return recall(workspaceRoot, batchFormat) ?? [];
}

/** Keeps how a run of a batch executor was split over processes. */
export function keepBatch(workspaceRoot: string, batch: BatchRecord): void {
  remember(workspaceRoot, batchFormat, [...batchRecords(workspaceRoot), batch].slice(-mostBatches));
}

function formatOf(taskId: string) {
  return { name: `explain/${keyOf(taskId)}`, version: 1, schema: taskRecord };
}

function pathOf(workspaceRoot: string, taskId: string): string {
  return join(workspaceDataFolder(workspaceRoot), `explain/${keyOf(taskId)}.json`);
}

function keyOf(taskId: string): string {
  return createHash('sha256').update(taskId).digest('hex').slice(0, 16);
}
