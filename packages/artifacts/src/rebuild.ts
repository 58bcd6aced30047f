/** Rebuilds of artifacts from their provenance. Needs Nx in the workspace of the artifact only. */
export { describeDifference, type FileDifference } from './rebuild/compare.js';
export { type Rebuild, rebuildAndCompare, type RebuildRequest, writeRebuild } from './rebuild/rebuild.js';
export { rebuildFileOf } from './rebuild/statement.js';
