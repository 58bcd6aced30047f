/** The part of the toolkit for reapers, which start before anything else is loaded. It loads no other package. */
export {
  ancestorsOf,
  identify,
  isRunning,
  type ProcessIdentity,
  thisProcess,
} from './process/process-identity.js';
export {
  listProcesses,
  type ListedProcess,
  membersOf,
  processesWithVariable,
  residentMemory,
} from './process/process-list.js';
export { type Reaper, startReaper } from './process/reaper.js';
export { becomeReaper } from './process/reaper-process.js';
