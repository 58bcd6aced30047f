import { join } from 'node:path';
import { nxRun, onStop } from '@millwright/toolkit';
import { claimStack } from '../guard/claim.js';
import { Guard } from '../guard/guard.js';
import { runFileName, type RunRecord } from '../guard/run-record.js';
import type { Session } from '../session/session.js';
import { reportRemainingResources, takeDownAbandoned } from './take-down-stack.js';

/** The run of a stack by this process. A stack has at most one run at a time. */
export interface StackRun {
  /** The previous run, if it was killed together with its reapers. */
  readonly abandoned: RunRecord | undefined;
  /** Aborted by the first signal that stops this process, and when another process requests the end. */
  readonly signal: AbortSignal;
  /** True if another process has requested the end with `nx run <stack>:down`. */
  readonly isEndRequested: () => boolean;
  /** Must be called before the first container is created. */
  readonly arm: () => void;
  /**
   * Takes the stack down and releases it for other runs. If another process has requested the end, it does
   * not wait: that process does, because Nx considers this task running until this process is gone.
   */
  readonly end: () => Promise<void>;
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Returns the path of the stack's run record. */
export function runFileOf({ stackFolder }: Session): string {
  return join(stackFolder, runFileName);
}

/**
 * Claims the stack for this process, and ensures that it is taken down when this process ends for any
 * reason.
 * @throws MillwrightError STACK_RUNNING, STACK_TIMEOUT, REAPER_FAILED
 */
async function beginRun(session: Session): Promise<StackRun> {
  const { engine, projectName, options, stack, task, print } = session;
  const runFile = runFileOf(session);
  const { timeout, volumes } = options;
  const { record, abandoned } = await claimStack({ runFile, task, stack, volumes, timeout, say: print });
  const stopping = new AbortController();
  let isRequested = false;
  let isArmed = abandoned !== undefined;
  const stop = () => {
    stopping.abort();
  };
  for (const signal of stopSignals) process.once(signal, stop);
  const guard = await Guard.start({
    ...{ engine, projectName, volumes, record, runFile },
    onEndRequest: () => {
      isRequested = true;
      stop();
    },
  });
  const unregister = onStop(() => guard.takeDown());
  if (isArmed) guard.arm();
  return {
    abandoned,
    signal: stopping.signal,
    isEndRequested: () => isRequested,
    arm: () => {
      isArmed = true;
      guard.arm();
    },
    end: async () => {
      await (isRequested ? guard.leave() : guard.takeDown());
      if (isArmed && !isRequested) await reportRemainingResources(session, runFile);
      unregister();
      for (const signal of stopSignals) process.off(signal, stop);
    },
  };
}

/**
 * Runs an action within a run of the stack, and ends the run afterwards. An end that another process
 * requested is not a failure, except for a test.
 */
export async function withRun(session: Session, act: (run: StackRun) => Promise<boolean>): Promise<boolean> {
  const { stack, print, options } = session;
  const run = await beginRun(session);
  let succeeded = false;
  try {
    if (run.abandoned) await takeDownAbandoned(session, run.abandoned);
    succeeded = await act(run);
  } catch (error) {
    if (!run.isEndRequested()) throw error;
  } finally {
    await run.end();
  }
  if (!run.isEndRequested()) return succeeded;
  print(`${stack} is being removed by ${nxRun(`${stack}:down`)}`);
  return options.command !== 'e2e';
}
