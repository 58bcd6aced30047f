import { isDeepStrictEqual } from 'node:util';
import type { Compose } from '../../compose-cli/compose.js';
import { type Container, identityOf, stackContainers } from '../../engine/containers.js';
import { buildImages } from '../../lifecycle/build-images.js';
import type { PortPlan } from '../../session/ports.js';
import { type OpenSession, withOverride } from '../../session/session.js';
import { checkStack, type RunningStack } from '../../lifecycle/start.js';
import { waitUntilReady } from '../../readiness/wait.js';

/** Whether two readings of a stack's files make no difference to what runs. */
export function runsTheSame(one: OpenSession, other: OpenSession): boolean {
  const active = ({ model, bindings }: OpenSession) => ({
    model,
    bindings: bindings.filter(({ service }) => model.services?.[service] !== undefined),
  });
  return isDeepStrictEqual(active(one), active(other));
}

/** A new reading of a stack's files that may be started. */
export interface Renewal {
  readonly session: OpenSession;
  readonly compose: Compose;
  readonly ports: readonly PortPlan[];
}

/**
 * Holds a new reading of a stack's files against all that `up` refuses; what runs is left alone.
 * @throws MillwrightError, AggregateError of buildImages, checkStack and planPorts
 */
export async function prepareRenewal(session: OpenSession, running: RunningStack): Promise<Renewal> {
  await buildImages(session, running.signal);
  await checkStack(session);
  return { session, ...(await withOverride(session, running.ports)) };
}

/** What became of the services of a stack, by name. */
export interface Differences {
  /** Their containers are others than before, or were started again. */
  readonly renewed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Has Compose start anew what it finds changed, and waits for that.
 * @throws MillwrightError of waitUntilReady; Stopped
 */
export async function applyRenewal(running: RunningStack, renewal: Renewal): Promise<Differences> {
  const { session, compose } = renewal;
  const { engine, projectName, options } = session;
  const before = await stackContainers(engine, projectName);
  // From here on the containers are those of the new reading, even where it fails half-way.
  Object.assign(running, renewal);
  const starting = compose.run(['up', '--detach', '--remove-orphans'], { signal: running.signal });
  try {
    await waitUntilReady(session, {
      starting,
      unchanged: new Set(before.map(identityOf)),
      deadline: performance.now() + options.timeout * 1000,
      signal: running.signal,
    });
  } finally {
    await starting.catch(() => undefined);
  }
  return differences(before, await stackContainers(engine, projectName));
}

/** What the containers of a stack, before and after, tell of its services. */
export function differences(before: readonly Container[], after: readonly Container[]): Differences {
  const known = new Set(before.map(identityOf));
  const there = new Set(after.map(({ service }) => service));
  const renewed = after.filter((container) => !known.has(identityOf(container)));
  const removed = before.filter(({ service }) => !there.has(service));
  const names = (containers: readonly Container[]) =>
    [...new Set(containers.map(({ service }) => service))].sort();
  return { renewed: names(renewed), removed: names(removed) };
}
