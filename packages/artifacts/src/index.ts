export { type Checksum, listArtifacts, readChecksums, refreshChecksums } from './checksums.js';
export { sha256Of } from './digest.js';
export {
  type ArtifactLocation,
  artifactPath,
  artifactsFolder,
  checksumsPath,
  libcSuffix,
  sideFilesOf,
} from './layout.js';
export { installFile, placeArtifact, type PlacedArtifact, type PlaceRequest } from './place.js';
export { type Difference, verifyArtifacts } from './verify.js';
