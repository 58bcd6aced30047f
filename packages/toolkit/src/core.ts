/** The part of the toolkit that loads no other package, for programs that have to start fast and stay small. */
export { type ErrorCatalogue, type ErrorEntry, errorFactory, type ErrorSection } from './errors/catalogue.js';
export { errorSections, sharedErrors, toolkitError } from './errors.js';
export { closest, didYouMean } from './text/closest.js';
export {
  type FileLocation,
  formatLocation,
  MillwrightError,
  type Problem,
  withProject,
} from './errors/errors.js';
export {
  formatError,
  formatErrors,
  formatWarning,
  hasColour,
  withCompleteMessage,
  printError,
} from './errors/format.js';
export { attempt, attemptAsync, type Finding, formatFindings } from './doctor/findings.js';
export { hostLibc } from './platforms/host-libc.js';
export {
  hostPlatform,
  type Libc,
  type Platform,
  platformInfo,
  type PlatformInfo,
  platformNames,
  platformOfTriple,
  platforms,
  platformSlug,
  tripleOf,
} from './platforms/platforms.js';
export { cacheFolder, type Environment, homeFolder, variableOf } from './environment/environment.js';
export { print, printNote } from './text/print.js';
export { printable, printableOutput } from './text/printable.js';
export { Redactor } from './text/redactor.js';
export { nxRun, shellWord } from './text/shell-word.js';
export {
  isInAnyFolder,
  readHead,
  readRegularFile,
  type ReadOptions,
  type ReadFailure,
  type ReadResult,
  scanRegularFile,
  streamRegularFile,
} from './files/read-file.js';
export { readText } from './files/read-text.js';
export { checkWithinWorkspace } from './files/within-workspace.js';
export { writeFileAtomically } from './files/atomic-file.js';
export { temporaryBeside, temporaryFolder } from './files/temporary.js';
export { formatCount, formatSeconds, formatSize } from './text/units.js';
export { inputsRecordEnding } from './undeclared-inputs/record-ending.js';
