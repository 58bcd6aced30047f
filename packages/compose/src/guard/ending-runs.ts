import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseNxCommand } from '@millwright/toolkit';
import { isRunning } from '@millwright/toolkit/reaper';
import { phaseOf, RunFile, runFileName, type RunRecord, waitingFor } from './run-record.js';
import { stacksFolder } from './stacks-folder.js';

const pollMilliseconds = 100;
/** How long to wait for a run to end before Nx continues. */
const patienceMilliseconds = 120_000;
/** How long Nx can take to notice that a task's process has ended. */
const settleMilliseconds = 2_000;

/**
 * Waits for runs that another Nx process is taking down, if the command line requests the same task.
 * Otherwise Nx would consider that task still running, wait for it, start nothing, and report success.
 * @param argv `process.argv`, including the program and the script
 */
export async function awaitEndingRuns(
  workspaceRoot: string,
  argv: readonly string[],
  say: (text: string) => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  for (const file of runFilesOf(workspaceRoot)) {
    let isAnnounced = false;
    for (let run = endingRun(file); run && requests(argv, run.task); run = endingRun(file)) {
      if (performance.now() > deadline) return;
      if (!isAnnounced) await say(waitingFor(run));
      isAnnounced = true;
      await sleep(pollMilliseconds);
    }
  }
}

function runFilesOf(workspaceRoot: string): RunFile[] {
  try {
    const folder = stacksFolder(workspaceRoot);
    return readdirSync(folder).map((stack) => new RunFile(join(folder, stack, runFileName)));
  } catch {
    return [];
  }
}

/**
 * Returns the run whose task Nx still considers running, although its stack is being taken down or is down.
 */
function endingRun(file: RunFile): RunRecord | undefined {
  const run = file.read();
  if (run) return phaseOf(run) === 'ending' && isRunning(run.owner) ? run : undefined;
  const ended = file.readEnded();
  if (ended?.run.nx === undefined || !isRunning(ended.run.nx)) return undefined;
  const isFresh = Date.now() - ended.endedAt < settleMilliseconds;
  return isFresh || isRunning(ended.run.owner) ? ended.run : undefined;
}

/**
 * Returns true if an Nx command line may request a task. For commands that select several projects, the
 * target decides.
 */
export function requests(argv: readonly string[], task: string): boolean {
  const { project, target, beforeSeparator } = parseNxCommand(argv);
  if (project !== undefined && target !== undefined) return task === `${project}:${target}`;
  const targetName = task.slice(task.lastIndexOf(':') + 1);
  return beforeSeparator.some((argument) => argument.split(/[=,]/).includes(targetName));
}
