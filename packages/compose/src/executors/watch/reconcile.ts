import { isDeepStrictEqual } from 'node:util';
import type { Compose } from '../../compose-cli/compose.js';
import { type Container, identityOf, stackContainers } from '../../engine/containers.js';
import { buildImages } from '../../lifecycle/build-images.js';
import type { PortPlan } from '../../session/ports.js';
import { type OpenSession, withOverride } from '../../session/session.js';
import { checkStack, type RunningStack } from '../../lifecycle/start.js';
import { waitUntilReady } from '../../readiness/wait.js';

/** Returns true if two readings of the stack's files result in the same running stack. */
export function isEquivalent(one: OpenSession, other: OpenSession): boolean {
  const active = ({ model, bindings }: OpenSession) => ({
    model,
    bindings: bindings.filter(({ service }) => model.services?.[service] !== undefined),
  });
  return isDeepStrictEqual(active(one), active(other));
}

/** A checked new reading of the stack's files that is ready to start. */
export interface Renewal {
  readonly session: OpenSession;
  readonly compose: Compose;
  readonly ports: readonly PortPlan[];
}

/**
 * Runs the same checks as `up` on a new reading of the stack's files. Does not touch the running
 * containers.
 * @throws MillwrightError, AggregateError of buildImages, checkStack and planPorts
 */
export async function prepareRenewal(session: OpenSession, running: RunningStack): Promise<Renewal> {
  await buildImages(session, running.signal);
  await checkStack(session);
  return { session, ...(await withOverride(session, running.ports)) };
}

/** The changes to the services of a stack, by service name. */
export interface Differences {
  /** Services whose containers were replaced or restarted. */
  readonly renewed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Lets Compose recreate the changed services, and waits until they are ready.
 * @throws MillwrightError of waitUntilReady, Stopped
 */
export async function applyRenewal(running: RunningStack, renewal: Renewal): Promise<Differences> {
  const { session, compose } = renewal;
  const { engine, projectName, options } = session;
  const before = await stackContainers(engine, projectName);
  // From here on, the containers are those of the new reading, even if `up` fails halfway.
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

type Compared = Pick<Container, 'id' | 'service' | 'startedAt'>;

/** Compares the containers of a stack before and after an update. */
export function differences(before: readonly Compared[], after: readonly Compared[]): Differences {
  const known = new Set(before.map(identityOf));
  const there = new Set(after.map(({ service }) => service));
  const renewed = after.filter((container) => !known.has(identityOf(container)));
  const removed = before.filter(({ service }) => !there.has(service));
  const names = (containers: readonly Compared[]) =>
    [...new Set(containers.map(({ service }) => service))].sort();
  return { renewed: names(renewed), removed: names(removed) };
}
