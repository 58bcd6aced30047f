import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readWorkspaceState, writeWorkspaceState, workspaceDataFolder } from '../state/state.js';
import { indexFormat, recordIndex } from './record-index.js';
import { type BatchRecord, batchRecord, type TaskRecord, taskRecord } from './observed/inputs.js';

/** The maximum number of recorded tasks and batch runs per workspace. */
const maxTasks = 500;
const maxBatches = 20;

const batchFormat = { name: 'explain-batches', version: 1, schema: z.array(batchRecord) };

/** Returns the last recorded state of a task; undefined if there is none. */
export function recordOf(workspaceRoot: string, taskId: string): TaskRecord | undefined {
  return readWorkspaceState(workspaceRoot, formatOf(taskId));
}

/** Saves the states of tasks, and removes the oldest ones beyond the limit. */
export function saveRecords(workspaceRoot: string, records: ReadonlyMap<string, TaskRecord>): void {
  for (const [id, record] of records) writeWorkspaceState(workspaceRoot, formatOf(id), record);
  const entries = { ...recordIndex(workspaceRoot) };
  const at = Date.now();
  for (const [id, { hash }] of records) entries[id] = { hash, at };
  const newest = Object.entries(entries).sort(([, one], [, other]) => other.at - one.at);
  for (const [id] of newest.slice(maxTasks)) rmSync(pathOf(workspaceRoot, id), { force: true });
  writeWorkspaceState(workspaceRoot, indexFormat, Object.fromEntries(newest.slice(0, maxTasks)));
}

/** Returns the recorded runs of batch executors, oldest first. */
export function batchRecords(workspaceRoot: string): readonly BatchRecord[] {
  return readWorkspaceState(workspaceRoot, batchFormat) ?? [];
}

/** Saves how a run of a batch executor was split over processes. */
export function saveBatchRecord(workspaceRoot: string, batch: BatchRecord): void {
  writeWorkspaceState(workspaceRoot, batchFormat, [...batchRecords(workspaceRoot), batch].slice(-maxBatches));
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
