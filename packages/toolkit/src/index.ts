export { catalogue, type ErrorCode } from './error-catalogue.js';
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
