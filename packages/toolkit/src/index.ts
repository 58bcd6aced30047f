export { catalogue, catalogueSections, type ErrorCode } from './error-catalogue/catalogue.js';
export { formatError, MillwrightError, type Problem } from './errors.js';
export { compareVersions } from './object-file/glibc-version.js';
export { type ByteSource, fileSource, memorySource } from './object-file/byte-source.js';
export type { RuntimeLibc } from './object-file/libc.js';
export type { GlibcRequirement, ObjectFile, ObjectKind } from './object-file/object-file.js';
export { parseObjectFile, readObjectFile } from './object-file/read.js';
export { availableMemory } from './memory.js';
export { nxSchema, parseOptions } from './options.js';
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
} from './platforms.js';
export { onStop } from './process-tree.js';
export { run, type RunOptions, type RunResult } from './process.js';
export { type ProcessUsage, UsageMeter } from './process-usage.js';
export { findZig, gnuPrefix } from './cross-compilers.js';
export { DigestCache } from './digest-cache.js';
export { diskFiles, type RepositoryFiles } from './disk-files.js';
export { gitRevision } from './git-revision.js';
export { gitChanges, gitChangesVariable, gitState, gitVariable } from './git-state.js';
export { type Expectation, refusal } from './object-file/expectation.js';
export { type Environment, isExecutable, onPath } from './programs.js';
export { readText } from './read-text.js';
export { statOf } from './stat.js';
export { recall, remember } from './remembered.js';
export { formatSeconds, formatSize } from './units.js';
export { withIgnored } from './gitignore.js';
export { runExecutor } from './run-executor.js';
export { fetchArguments, gitlinkInput, parseSubmodules, type Submodule } from './submodules.js';
