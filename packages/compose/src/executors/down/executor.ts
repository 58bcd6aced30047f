import { nxRun } from '@millwright/toolkit';
import { endRun } from '../../guard/claim.js';
import { phaseOf, RunFile } from '../../guard/run-record.js';
import { runFileOf } from '../../lifecycle/run.js';
import { takeDownAbandoned, takeDownStack } from '../../lifecycle/take-down-stack.js';
import type { Session } from '../../session/session.js';

/** Seconds that a run has to end on request, in addition to the stop time of its containers. */
const patienceSeconds = 10;

/**
 * Takes the stack down. It selects containers by their labels, so that it works even if the Compose files
 * are gone. It first asks a run of the stack in another process to end.
 */
export async function down(session: Session): Promise<boolean> {
  const { engine, options, print, stack } = session;
  await engine.facts();
  const file = new RunFile(runFileOf(session));
  const run = file.read();
  if (run !== undefined && phaseOf(run) !== 'over') {
    print(`${stack}: stopping ${nxRun(run.task)} (process ${run.owner.pid})`);
    await endRun(runFileOf(session), patienceSeconds);
  }
  if (run !== undefined && phaseOf(run) === 'over' && file.isOwnedBy(run)) {
    await takeDownAbandoned(session, run);
    file.release(run);
  }
  await takeDownStack(session, options.volumes);
  print(`${stack} is down`);
  return true;
}
