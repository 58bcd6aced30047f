import { ancestorsOf, identify, type ProcessIdentity } from '@millwright/toolkit/reaper';

/**
 * Returns the Nx process that runs the current task, or undefined if it has ended or there is none. Nx
 * lists the IDs of its enclosing processes in a variable, the nearest last.
 */
export function nxProcess(): ProcessIdentity | undefined {
  const pid = Number(process.env.NX_INVOCATION_ANCESTOR_PIDS?.split(',').at(-1));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  // The variable may outlive the process.
  if (process.platform === 'linux' && !ancestorsOf(process.pid).includes(pid)) return undefined;
  return identify(pid);
}
