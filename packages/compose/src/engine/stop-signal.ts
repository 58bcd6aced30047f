import { stackContainers } from './containers.js';
import type { Engine } from './engine.js';

/** The numbers of signals on Linux, which containers run. */
// prettier-ignore
const signalNumbers: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, TERM: 15, WINCH: 28 };

/**
 * Returns those of the services whose containers ignore their stop signal, so that a grace period only
 * delays their end. The kernel delivers to process 1 of a container only signals that it handles. Most
 * programs do not handle SIGTERM, and neither does `sh -c`.
 *
 * A container without `cat` counts as one that handles its stop signal.
 */
export async function servicesThatIgnoreStop(
  engine: Engine,
  projectName: string,
  services: readonly string[],
): Promise<string[]> {
  const containers = (await stackContainers(engine, projectName)).filter(
    ({ service, status, hasOwnProcesses }) =>
      services.includes(service) && status === 'running' && hasOwnProcesses,
  );
  const ignoring = await Promise.all(
    containers.map(async ({ id, stopSignal }) => {
      const { exitCode, stdout } = await engine.run(['exec', id, 'cat', '/proc/1/status']);
      return exitCode === 0 && ignoresSignal(stdout, stopSignal);
    }),
  );
  const deaf = new Set(containers.filter((_, index) => ignoring[index]).map(({ service }) => service));
  return services.filter((service) => deaf.has(service));
}

/**
 * Returns true if process 1 of a container ignores a signal.
 * @param status the content of /proc/1/status; its masks of signals are hexadecimal (proc_pid_status(5))
 * @param signal a name or number as in a Dockerfile's STOPSIGNAL: `SIGTERM`, `TERM`, `15`
 */
export function ignoresSignal(status: string, signal: string): boolean {
  const name = signal.toUpperCase().replace(/^SIG/, '');
  const number = /^\d+$/.test(name) ? Number(name) : signalNumbers[name];
  if (number === undefined || number === signalNumbers.KILL) return false;
  // A program that waits for a signal with sigwait or signalfd blocks it.
  const masks = ['SigCgt', 'SigBlk'].map(
    (field) => new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1],
  );
  return masks.every((mask) => mask !== undefined && !hasBit(mask, number - 1));
}

function hasBit(mask: string, bit: number): boolean {
  return ((BigInt(`0x${mask}`) >> BigInt(bit)) & 1n) === 1n;
}
