import { join } from 'node:path';
import { onStop } from '@millwright/toolkit';
import { claimStack } from '../guard/claim.js';
import { Guard } from '../guard/guard.js';
import { runFileName, type RunRecord } from '../guard/run-record.js';
import type { Session } from '../session/session.js';
import { sayWhatIsLeft, takeDownAbandoned } from './take-down-stack.js';

/** The run of a stack by this process: no other run of the stack is there at the same time. */
export interface StackRun {
  /** The run before, where it was killed together with its reapers. */
  readonly abandoned: RunRecord | undefined;
  /** Aborted by the first signal that stops this process, and where another process asks for the end. */
  readonly signal: AbortSignal;
  /** Whether another process has asked for the end: `nx run <stack>:down`. */
  readonly isEndRequested: () => boolean;
  /** To be called before the first container may be made. */
  readonly arm: () => void;
  /**
   * Takes the stack down, and leaves it to other runs. Where another process has asked for the end, that one waits for
   * it: Nx takes this task for a running one until this process is gone.
   */
  readonly end: () => Promise<void>;
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where the record of the stack's run is kept. */
export function runFileOf({ stackFolder }: Session): string {
  return join(stackFolder, runFileName);
}

/**
 * Claims the stack for this process, and has it taken down when this process ends, in whatever way.
 * @throws MillwrightError STACK_RUNNING, STACK_TIMEOUT, REAPER_FAILED
 */
export async function beginRun(session: Session): Promise<StackRun> {
  const { engine, projectName, options, stack, task, say } = session;
  const runFile = runFileOf(session);
  const { timeout, volumes } = options;
  const { record, abandoned } = await claimStack({ runFile, task, stack, volumes, timeout, say });
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
  const forget = onStop(() => guard.takeDown());
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
      if (isArmed && !isRequested) await sayWhatIsLeft(session, runFile);
      forget();
      for (const signal of stopSignals) process.off(signal, stop);
    },
  };
}

/**
 * Does something within a run of the stack, and ends the run whatever comes of it. An end that another process asked
 * for is no failure, unless something was to be found out.
 */
export async function withRun(session: Session, act: (run: StackRun) => Promise<boolean>): Promise<boolean> {
  const { stack, say, options } = session;
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
  say(`${stack} is taken down by nx run ${stack}:down`);
  return options.command !== 'e2e';
}
