import { recordIndex } from './record-index.js';
import { type ExplainedPlugin, type FinishedRun, shouldRecord } from './run.js';

/**
 * Records the hash inputs of the tasks of a run, to compare them with those of the next run. For
 * `postTasksExecution`. A run that restores only recorded results just reads one small file.
 */
export async function recordTasks(
  run: FinishedRun,
  plugin: () => ExplainedPlugin | Promise<ExplainedPlugin>,
): Promise<void> {
  const isVerbose = process.env.MILLWRIGHT_EXPLAIN === '1';
  const known = recordIndex(run.workspaceRoot);
  const cached = run.outcomes.filter(({ task }) => task.cache === true && task.hash !== undefined);
  const isNew = cached.some(({ task, status }) => shouldRecord(status, task.hash, known[task.id]?.hash));
  if (!isNew && !isVerbose) return;
  const { finishRun } = await import('./finish-run.js');
  await finishRun({ ...run, outcomes: cached }, await plugin(), isVerbose);
}
