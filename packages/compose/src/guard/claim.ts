import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomically } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { isRunning, nxProcess, thisProcess } from '../system/processes.js';
import { phaseOf, RunFile, type RunRecord, waitingFor } from './run-record.js';

const pollMilliseconds = 50;

/** The file by which a process asks for the end of another one's run. */
export function endRequestFile(runFile: string): string {
  return join(dirname(runFile), 'end');
}

export interface ClaimRequest {
  readonly runFile: string;
  /** The Nx task without its configuration: `stack:up`. */
  readonly task: string;
  readonly stack: string;
  /** Whether the stack's volumes go with it. */
  readonly volumes: boolean;
  /** Seconds to wait for the end of an earlier run. */
  readonly timeout: number;
  readonly say: (text: string) => void;
}

/** A stack that this process has claimed. */
export interface ClaimedStack {
  readonly record: RunRecord;
  /** The run before, where it was killed together with its reapers: what it left has to be taken down. */
  readonly abandoned: RunRecord | undefined;
}

/** How long a run that seems to go on is looked at before it is taken to do so. */
const doubtMilliseconds = 1_500;

/**
 * Claims a stack for a run of this process. Waits for an earlier run that is being taken down.
 * @throws MillwrightError STACK_RUNNING where another run goes on, STACK_TIMEOUT
 */
export async function claimStack({
  runFile,
  task,
  stack,
  volumes,
  timeout,
  say,
}: ClaimRequest): Promise<ClaimedStack> {
  const owner = thisProcess();
  const record: RunRecord = { task, owner, nx: nxProcess(), reapers: [], volumes, ending: false };
  const file = new RunFile(runFile);
  const started = performance.now();
  let isSaid = false;
  for (;;) {
    const claim = file.claim(record);
    if (claim.isClaimed) return { record, abandoned: claim.abandoned };
    const { holder } = claim;
    const waited = performance.now() - started;
    if (phaseOf(holder) === 'running' && (isSaid || waited > doubtMilliseconds)) {
      throw composeError('STACK_RUNNING', {
        what: `${stack} is already running`,
        why: `nx run ${holder.task} runs it in process ${holder.owner.pid}`,
        remedy: `End it with Ctrl-C there, or take it down: nx run ${stack}:down.`,
      });
    }
    if (phaseOf(holder) === 'ending' && !isSaid) {
      say(waitingFor(holder));
      isSaid = true;
    }
    if (waited > timeout * 1000) {
      throw composeError('STACK_TIMEOUT', {
        what: `the previous run of ${stack} is not down after ${timeout} seconds`,
        why: `process ${(holder.reapers.find(isRunning) ?? holder.owner).pid} is still taking it down`,
      });
    }
    await sleep(pollMilliseconds);
  }
}

/**
 * Asks the run of a stack to end, if there is one, and waits until it has.
 * @returns false where it has not ended within the time
 */
export async function endRun(runFile: string, seconds: number): Promise<boolean> {
  const file = new RunFile(runFile);
  const deadline = performance.now() + seconds * 1000;
  for (let asked = false; ;) {
    const record = file.read();
    const phase = record === undefined ? 'over' : phaseOf(record);
    if (phase === 'over') return true;
    if (phase === 'running' && !asked) writeFileAtomically(endRequestFile(runFile), '');
    asked ||= phase === 'running';
    if (performance.now() > deadline) return false;
    await sleep(pollMilliseconds);
  }
}
