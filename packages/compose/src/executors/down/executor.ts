import { endRun } from '../../guard/claim.js';
import { phaseOf, RunFile } from '../../guard/run-record.js';
import { runFileOf } from '../../lifecycle/run.js';
import { takeDownAbandoned, takeDownStack } from '../../lifecycle/take-down-stack.js';
import type { Session } from '../../session/session.js';

/** How long a run of the stack has to end when it is asked to, beside the time that its containers take to stop. */
const patienceSeconds = 10;

/**
 * Takes a stack down by the labels of its containers alone: it works whatever became of the files. A run of the stack
 * in another process is asked to end first.
 */
export async function down(session: Session): Promise<boolean> {
  const { engine, options, say, stack } = session;
  await engine.facts();
  const file = new RunFile(runFileOf(session));
  const run = file.read();
  if (run !== undefined && phaseOf(run) !== 'over') {
    say(`${stack}: ending nx run ${run.task} in process ${run.owner.pid}`);
    await endRun(runFileOf(session), patienceSeconds);
  }
  if (run !== undefined && phaseOf(run) === 'over' && file.isOf(run)) {
    await takeDownAbandoned(session, run);
    file.release(run);
  }
  await takeDownStack(session, options.volumes);
  say(`${stack} is down`);
  return true;
}
