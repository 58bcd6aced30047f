/** Rebuilds of artifacts from their provenance. Needs Nx in the workspace of the artifact only. */
export type { FileDifference } from './rebuild/compare.js';
export {
  describeRebuild,
  type Rebuild,
  rebuildAndCompare,
  type RebuildRequest,
  writeRebuild,
} from './rebuild/rebuild.js';
export { rebuildFileOf } from './rebuild/statement.js';
