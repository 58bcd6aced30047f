export { catalogue, type ErrorCode } from './error-catalogue.js';
export { formatError, MillwrightError, type Problem } from './errors.js';
export { compareVersions, type GlibcRequirement, type ObjectFile } from './object-file/model.js';
export { parseObjectFile, readObjectFile } from './object-file/read.js';
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
export { run, type RunOptions, type RunResult } from './process.js';
