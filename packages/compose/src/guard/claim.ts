import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nxRun, writeFileAtomically } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { isRunning, thisProcess } from '@millwright/toolkit/reaper';
import { nxProcess } from '../system/nx-process.js';
import { phaseOf, RunFile, type RunRecord, waitingFor } from './run-record.js';

const pollMilliseconds = 50;

/** Returns the file by which a process requests the end of another process's run. */
export function endRequestFile(runFile: string): string {
  return join(dirname(runFile), 'end');
}

export interface ClaimRequest {
  readonly runFile: string;
  /** The Nx task without its configuration, for example `stack:up`. */
  readonly task: string;
  readonly stack: string;
  /** True if the stack's volumes are removed with it. */
  readonly volumes: boolean;
  /** Seconds to wait for an earlier run to end. */
  readonly timeout: number;
  readonly say: (text: string) => void;
}

/** A stack that this process has claimed. */
export interface ClaimedStack {
  readonly record: RunRecord;
  /** The previous run, if it was killed together with its reapers. Its containers must be taken down. */
  readonly abandoned: RunRecord | undefined;
}

/** How long an apparently running owner is polled before the claim fails. */
const doubtMilliseconds = 1_500;

/**
 * Claims a stack for a run of this process. Waits for an earlier run that is being taken down.
 * @throws MillwrightError STACK_RUNNING if another run is active, STACK_TIMEOUT
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
  let isAnnounced = false;
  for (;;) {
    const claim = file.claim(record);
    if (claim.isClaimed) return { record, abandoned: claim.abandoned };
    const { holder } = claim;
    const waited = performance.now() - started;
    if (phaseOf(holder) === 'running' && (isAnnounced || waited > doubtMilliseconds)) {
      throw composeError('STACK_RUNNING', {
        what: `the stack ${stack} is already running`,
        why: `the stack was started by ${nxRun(holder.task)} (process ${holder.owner.pid})`,
        remedy: `press Ctrl-C in the terminal of that process, or run: ${nxRun(`${stack}:down`)}`,
      });
    }
    if (phaseOf(holder) === 'ending' && !isAnnounced) {
      say(waitingFor(holder));
      isAnnounced = true;
    }
    if (waited > timeout * 1000) {
      throw composeError('STACK_TIMEOUT', {
        what: `the previous run of the stack ${stack} has not shut down within ${timeout} seconds`,
        why: `process ${(holder.reapers.find(isRunning) ?? holder.owner).pid} is still removing the containers`,
        remedy: 'wait until that process has ended, or set a longer timeout: --timeout=<seconds>',
      });
    }
    await sleep(pollMilliseconds);
  }
}

/**
 * Asks the stack's run, if any, to end, and waits for it.
 * @returns false if the run has not ended within the time
 */
export async function endRun(runFile: string, seconds: number): Promise<boolean> {
  const file = new RunFile(runFile);
  const deadline = performance.now() + seconds * 1000;
  for (let requested = false; ;) {
    const record = file.read();
    const phase = record === undefined ? 'over' : phaseOf(record);
    if (phase === 'over') return true;
    if (phase === 'running' && !requested) writeFileAtomically(endRequestFile(runFile), '');
    requested ||= phase === 'running';
    if (performance.now() > deadline) return false;
    await sleep(pollMilliseconds);
  }
}
