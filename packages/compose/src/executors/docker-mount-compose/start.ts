import { MillwrightError, onStop } from '@millwright/toolkit';
import type { Compose } from '../../engine/compose.js';
import { Guard } from '../../engine/guard.js';
import { buildImages } from './build-images.js';
import { checkBindings } from './check.js';
import type { PortPlan } from './ports.js';
import { missingSecrets } from './secrets.js';
import { type OpenSession, withOverride } from './session.js';
import { waitUntilReady } from './wait.js';

/**
 * A stack that runs, and is taken down with this process or by `takeDown`. What it is made of changes where `watch`
 * reads its files anew, so that nobody keeps that.
 */
export interface RunningStack {
  session: OpenSession;
  compose: Compose;
  ports: readonly PortPlan[];
  /** Aborted by the first signal that stops this process. */
  readonly signal: AbortSignal;
  readonly takeDown: () => Promise<void>;
}

/** How often a port that somebody else took in between is replaced. */
const portAttempts = 3;

/**
 * Holds what is mounted against the images, and looks for the secrets' files.
 * @returns what was checked and is well, a line each
 * @throws MillwrightError the one refusal; AggregateError of several
 */
export async function checkStack(session: OpenSession): Promise<readonly string[]> {
  const { engine, facts, workspaceRoot, wholeModel, bindings, alternatives, stack } = session;
  const { passed, refusals } = await checkBindings({
    engine,
    facts,
    workspaceRoot,
    model: wholeModel,
    bindings,
    alternatives,
  });
  const all = [...refusals, ...missingSecrets(wholeModel, stack, workspaceRoot)];
  if (all.length > 1) throw new AggregateError(all);
  if (all[0]) throw all[0];
  return passed;
}

/** @throws as checkStack */
export async function check(session: OpenSession): Promise<void> {
  for (const line of await checkStack(session)) session.say(`  ✔ ${line}`);
}

/**
 * Checks, starts and waits. Whatever comes in between, a signal or an error, leaves nothing running.
 * @throws MillwrightError of buildImages, checkStack, planPorts and waitUntilReady; Stopped
 */
export async function startStack(session: OpenSession): Promise<RunningStack> {
  const { say, stack, options, engine, projectName } = session;
  await buildImages(session);
  if (session.bindings.length > 0) say(`${stack}: checking what is mounted`);
  await check(session);
  const deadline = performance.now() + options.timeout * 1000;
  const stopping = new AbortController();
  const abort = () => {
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, abort);
  const guard = await Guard.start(engine.name, projectName, options.volumes);
  const forget = onStop(() => guard.takeDown());
  const takeDown = async () => {
    await guard.takeDown();
    forget();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, abort);
  };
  try {
    for (let attempt = 1; ; attempt++) {
      const { compose, ports } = await withOverride(session);
      say(`${stack}: starting as ${projectName}`);
      const starting = compose.run(['up', '--detach', '--remove-orphans']);
      try {
        await waitUntilReady(session, { starting, deadline, signal: stopping.signal });
        return { session, compose, ports, signal: stopping.signal, takeDown };
      } catch (error) {
        if (!isPortRace(error) || attempt === portAttempts) throw error;
        say(`${stack}: a port was taken in between; trying again`);
        await compose.run(['down', '--remove-orphans']);
      } finally {
        // Nothing of Compose is at work any more when the stack is taken down.
        await starting.catch(() => undefined);
      }
    }
  } catch (error) {
    await takeDown();
    throw error;
  }
}

function isPortRace(error: unknown): boolean {
  if (!(error instanceof MillwrightError)) return false;
  return /port is already allocated|address already in use/.test(`${error.why} ${error.output ?? ''}`);
}
