import { setTimeout as sleep } from 'node:timers/promises';
import { formatError, MillwrightError } from '@millwright/toolkit';
import { projectLabel } from '../../engine/containers.js';
import { parseEvent } from '../../engine/events.js';
import type { LogFollower } from './logs.js';
import type { RunningStack } from './start.js';
import { Observer, serviceFailure } from './wait.js';

/** After an event the engine takes a moment to know what became of a container. */
const settleMilliseconds = 300;

export interface Following {
  /** Services that are being restarted on purpose. */
  readonly restarting: ReadonlySet<string>;
  /** Whether the stack goes on without a service that ended: a change may mend it. */
  readonly goesOn: boolean;
}

/**
 * Watches a running stack, and shows its logs where they are wanted, until a signal comes.
 * @throws MillwrightError SERVICE_ENDED where a service ends that should keep running; ENGINE_LOST
 */
export async function follow(
  running: RunningStack,
  logs: LogFollower,
  { restarting, goesOn }: Following = { restarting: new Set(), goesOn: false },
): Promise<void> {
  const { signal } = running;
  const { engine, projectName } = running.session;
  const ended = new AbortController();
  const stop = () => {
    ended.abort();
  };
  signal.addEventListener('abort', stop, { once: true });
  const failure = Promise.withResolvers<never>();
  const onEvent = async (line: string) => {
    const { session } = running;
    const { say } = session;
    const { action, service, exitCode, oneOff } = parseEvent(line);
    if (oneOff) return;
    if (action === 'unhealthy') say(`  ${service}  became unhealthy`);
    if (action !== 'die' || restarting.has(service)) return;
    await sleep(settleMilliseconds);
    if (restarting.has(service) || signal.aborted) return;
    const state = (await new Observer(running.session).look()).find((one) => one.service === service);
    if (state?.phase === 'failed' && state.code === 'SERVICE_ENDED') {
      const ending = await serviceFailure(running.session, state);
      if (!goesOn || ending.code === 'ENGINE_LOST') throw ending;
      console.error(formatError(ending));
    }
    if (state?.container && state.container.restarts > 0) {
      say(`  ${service}  ended with exit code ${exitCode ?? '?'}, restarted (${state.container.restarts})`);
    }
  };
  const filters = [`label=${projectLabel}=${projectName}`, 'type=container'];
  const events = engine.run(
    ['events', ...filters.flatMap((filter) => ['--filter', filter]), '--format', '{{json .}}'],
    {
      onStdout: (line) => void onEvent(line).catch(failure.reject),
      onStderr: () => undefined,
      signal: ended.signal,
    },
  );
  logs.resume();
  try {
    await Promise.race([events, failure.promise]);
    if (signal.aborted) return;
    throw new MillwrightError('ENGINE_LOST', {
      what: `${engine.name} stopped answering`,
      why: 'it no longer reports what becomes of the containers',
    });
  } finally {
    stop();
    await Promise.allSettled([events, logs.pause()]);
  }
}
