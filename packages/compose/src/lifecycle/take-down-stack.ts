import { withoutFiles } from '../compose-cli/compose.js';
import { inspectionLabel } from '../engine/image.js';
import { RunFile, type RunRecord } from '../guard/run-record.js';
import { type AskEngine, leftOf, removeInspected, takeDown } from '../guard/take-down.js';
import type { Session } from '../session/session.js';

/**
 * Takes a stack down by the labels of its containers alone: it works whatever became of the files.
 * @throws MillwrightError STACK_FAILED with what is left; ENGINE_LOST
 */
export async function takeDownStack(
  { engine, projectName, stack }: Session,
  volumes: boolean,
): Promise<void> {
  const failure = await takeDown(askOf(engine), { projectName, volumes });
  if (failure === undefined) return;
  const left = failure.left.length === 0 ? '' : `\nleft: ${failure.left.join(', ')}`;
  throw await engine.failure(`${stack} cannot be taken down`, `${failure.stderr}${left}`);
}

/**
 * Takes down what a run left that was killed together with its reapers.
 * @throws MillwrightError as takeDownStack
 */
export async function takeDownAbandoned(
  session: Session,
  { task, owner, volumes }: RunRecord,
): Promise<void> {
  session.say(`${session.stack}: taking down what nx run ${task} left, which was killed`);
  await takeDownStack(session, volumes);
  await removeInspected(askOf(session.engine), inspectionLabel(owner));
}

/** Says what a run could not remove, such as a network that a container of another program is attached to. */
export async function sayWhatIsLeft(
  { engine, projectName, stack, say }: Session,
  runFile: string,
): Promise<void> {
  const left = (await leftOf(askOf(engine), projectName)) ?? [];
  // By now the stack may be another run's.
  if (left.length === 0 || new RunFile(runFile).read() !== undefined) return;
  say(`${stack}: ${left.join(', ')} could not be removed; nx run ${stack}:down tries again and says why`);
}

function askOf(engine: Session['engine']): AskEngine {
  return (args) => engine.run(args, { cwd: '/', env: withoutFiles });
}
