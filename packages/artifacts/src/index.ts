export { type Checksum, readChecksums, refreshChecksums } from './checksums.js';
export type { Difference } from './compare.js';
export {
  type ArtifactLocation,
  artifactPath,
  artifactsFolder,
  checksumsPath,
  libcSuffix,
  sideFilesOf,
} from './layout.js';
export { withLock } from './lock.js';
export { installFile, placeArtifact, type PlacedArtifact, type PlaceRequest } from './place.js';
export type { Json, VersionRecord } from './side-files.js';
export { verifyArtifacts } from './verify.js';
