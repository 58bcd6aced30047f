import { MillwrightError } from '@millwright/toolkit';
import type { Compose } from '../compose-cli/compose.js';
import { buildImages } from './build-images.js';
import { checkBindings } from '../mount-check/check.js';
import { Stopped } from '../session/failures.js';
import type { PortPlan } from '../session/ports.js';
import type { StackRun } from './run.js';
import { missingSecrets } from './secrets.js';
import { type OpenSession, withOverride } from '../session/session.js';
import { waitUntilReady } from '../readiness/wait.js';

/**
 * A running stack. Its properties change when `watch` rereads the files, so callers must not cache them.
 */
export interface RunningStack {
  session: OpenSession;
  compose: Compose;
  ports: readonly PortPlan[];
  /** Aborted when the run should end. */
  readonly signal: AbortSignal;
}

/** How often a start is retried after another program has taken a port in the meantime. */
const portAttempts = 3;

/**
 * Checks the mounts against the images, and the files of the secrets.
 * @returns one line for each passed check
 * @throws MillwrightError for one failed check, AggregateError for several
 */
export async function checkStack(session: OpenSession): Promise<readonly string[]> {
  const { engine, facts, workspaceRoot, wholeModel, bindings, alternatives, compose, stack } = session;
  const { passed, refusals } = await checkBindings({
    engine,
    facts,
    workspaceRoot,
    model: wholeModel,
    bindings,
    alternatives,
    files: compose.subject.files,
  });
  const all = [...refusals, ...missingSecrets(wholeModel, stack, workspaceRoot)];
  if (all.length > 1) throw new AggregateError(all);
  if (all[0]) throw all[0];
  return passed;
}

/** Prints the passed checks. @throws as checkStack */
export async function check(session: OpenSession): Promise<void> {
  for (const line of await checkStack(session)) session.print(`  ✔ ${line}`);
}

/**
 * Checks and starts the stack, and waits until it is ready. If it fails, the run takes down what was
 * started.
 * @throws MillwrightError of buildImages, checkStack, planPorts and waitUntilReady; Stopped
 */
export async function startStack(session: OpenSession, { arm, signal }: StackRun): Promise<RunningStack> {
  const { print, stack, options, projectName } = session;
  await buildImages(session, signal);
  if (session.bindings.length > 0) print(`${stack}: checking the mounted files`);
  await check(session);
  if (signal.aborted) throw new Stopped();
  const deadline = performance.now() + options.timeout * 1000;
  arm();
  for (let attempt = 1; ; attempt++) {
    const { compose, ports } = await withOverride(session);
    print(`${stack}: starting as ${projectName}`);
    const starting = compose.run(['up', '--detach', '--remove-orphans'], { signal });
    try {
      await waitUntilReady(session, { starting, deadline, signal });
      return { session, compose, ports, signal };
    } catch (error) {
      if (!isPortRace(error) || attempt === portAttempts) throw error;
      print(`${stack}: a port was taken in the meantime; retrying`);
      await compose.run(['down', '--remove-orphans']);
    } finally {
      // Compose must have ended before the stack is taken down.
      await starting.catch(() => undefined);
    }
  }
}

function isPortRace(error: unknown): boolean {
  if (!(error instanceof MillwrightError)) return false;
  return /port is already allocated|address already in use/.test(`${error.why} ${error.output ?? ''}`);
}
