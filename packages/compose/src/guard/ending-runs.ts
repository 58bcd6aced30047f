import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseNxCommand } from '@millwright/toolkit';
import { isRunning } from '../system/processes.js';
import { phaseOf, RunFile, runFileName, type RunRecord, waitingFor } from './run-record.js';
import { stacksFolder } from './stacks-folder.js';

const pollMilliseconds = 100;
/** How long a run may take to end before Nx goes on without having waited for it. */
const patienceMilliseconds = 120_000;
/** How long Nx may take to notice that a task's process has ended. */
const settleMilliseconds = 2_000;

/**
 * Waits for the end of runs that are being taken down by an Nx process that still runs, where the command line asks for
 * the same task. Nx takes such a task for one that goes on: it would wait for that one, start nothing, and report success.
 * @param argv with the program and the script in front, as `process.argv` has them
 */
export async function awaitEndingRuns(
  workspaceRoot: string,
  argv: readonly string[],
  say: (text: string) => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  for (const file of runFilesOf(workspaceRoot)) {
    let isSaid = false;
    for (let run = endingRun(file); run && asksFor(argv, run.task); run = endingRun(file)) {
      if (performance.now() > deadline) return;
      if (!isSaid) await say(waitingFor(run));
      isSaid = true;
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

/** The run of a stack whose task Nx takes for a running one, although its stack is being taken down or is down. */
function endingRun(file: RunFile): RunRecord | undefined {
  const run = file.read();
  if (run) return phaseOf(run) === 'ending' && isRunning(run.owner) ? run : undefined;
  const ended = file.readEnded();
  if (ended?.run.nx === undefined || !isRunning(ended.run.nx)) return undefined;
  const isFresh = Date.now() - ended.endedAt < settleMilliseconds;
  return isFresh || isRunning(ended.run.owner) ? ended.run : undefined;
}

/** Whether a command line of Nx may ask for a task; for commands that select projects, its target decides. */
export function asksFor(argv: readonly string[], task: string): boolean {
  const { project, target, own } = parseNxCommand(argv);
  if (project !== undefined && target !== undefined) return task === `${project}:${target}`;
  const wanted = task.slice(task.lastIndexOf(':') + 1);
  return own.some((argument) => argument.split(/[=,]/).includes(wanted));
}
