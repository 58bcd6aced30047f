import type { PostTasksExecutionContext, TaskResult } from '@nx/devkit';
import { logToNx } from '@millwright/toolkit';
import { type ExplainedPlugin, recordTasks } from '@millwright/toolkit/explain-hook';
import { artifactSummary } from '../checksums/summary.js';
import { finishTasks } from './finish-tasks.js';

/** A plugin that builds artifacts. */
export interface BuildingPlugin {
  /** The prefix of its variables. */
  readonly variablePrefix: string;
  /** Returns true for a task of its projects. */
  readonly owns: (task: TaskResult['task']) => boolean;
  /** Loads what `explain` needs. */
  readonly explained: () => Promise<ExplainedPlugin>;
}

/**
 * The hook after all tasks of a run: checks and lists all results, because no code of a plugin runs when Nx restores a
 * task from its cache, and records the plugin's tasks for `explain`.
 * @throws Error with the text of CACHE_ENTRY_STALE, which Nx prints before it fails
 */
export async function afterTasks(
  { workspaceRoot, taskResults, nxJsonConfiguration: nxJson, startTime }: PostTasksExecutionContext,
  { variablePrefix, owns, explained }: BuildingPlugin,
): Promise<void> {
  const outcomes = Object.values(taskResults);
  const checksums = await finishTasks(workspaceRoot, variablePrefix, outcomes);
  const own = outcomes.filter(({ task }) => owns(task));
  await recordTasks({ workspaceRoot, nxJson, startTime, outcomes: own }, explained);
  const summary = artifactSummary(checksums, own);
  if (summary !== '') await logToNx('log', `\n${summary}\n`);
}
