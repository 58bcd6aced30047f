import { nxRun } from '@millwright/toolkit';
import { withoutFiles } from '../compose-cli/compose.js';
import { inspectionLabel } from '../engine/image.js';
import { RunFile, type RunRecord } from '../guard/run-record.js';
import {
  type EngineCall,
  remainingResources,
  removeInspected,
  takeDown,
  takeDownFailed,
} from '../guard/take-down.js';
import type { Session } from '../session/session.js';

/**
 * Takes a stack down. It selects containers by their labels, so that it works even if the Compose files are
 * gone.
 * @throws MillwrightError STACK_FAILED with the remaining containers and networks, ENGINE_LOST
 */
export async function takeDownStack(
  { engine, projectName, stack }: Session,
  volumes: boolean,
): Promise<void> {
  const failure = await takeDown(askOf(engine), { projectName, volumes });
  if (failure === undefined) return;
  const left = failure.remaining.length === 0 ? '' : `\nleft: ${failure.remaining.join(', ')}`;
  throw await engine.failure(
    `failed to remove ${stack}`,
    `${failure.stderr}${left}`,
    networkInUse(failure.stderr, engine.name),
  );
}

/**
 * Returns the remedy if a network could not be removed because it is in use. Docker also says so of a
 * network whose containers are gone, if many of them ended at once: moby #42119.
 */
export function networkInUse(stderr: string, engine: string): string | undefined {
  const network = /network (\S+) id \S+ has active endpoints/.exec(stderr)?.[1];
  if (network === undefined) return undefined;
  return `${engine} network inspect ${network} lists the containers that use the network: stop them; if it lists none, restart ${engine} or keep the network, which the next start uses`;
}

/**
 * Takes down the remains of a run that was killed together with its reapers.
 * @throws MillwrightError as takeDownStack
 */
export async function takeDownAbandoned(
  session: Session,
  { task, owner, volumes }: RunRecord,
): Promise<void> {
  session.print(`${session.stack}: removing the containers of ${nxRun(task)}, which was killed`);
  await takeDownStack(session, volumes);
  await removeInspected(askOf(session.engine), inspectionLabel(owner));
}

/** Reports what a run could not remove, such as a network to which a foreign container is attached. */
export async function reportRemainingResources(
  { engine, projectName, stack, print }: Session,
  runFile: string,
): Promise<void> {
  const left = (await remainingResources(askOf(engine), projectName)) ?? [];
  // Another run may have started the stack by now.
  if (left.length === 0 || new RunFile(runFile).read() !== undefined) return;
  print(takeDownFailed(stack, left, nxRun(`${stack}:down`)));
}

function askOf(engine: Session['engine']): EngineCall {
  return (args) => engine.run(args, { cwd: '/', env: withoutFiles });
}
