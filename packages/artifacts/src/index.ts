export { readBuiltFile } from './placing/built-file.js';
export { type BuiltFor, checkFolder } from './placing/check-platform.js';
export { type Checksum, readChecksums, refreshChecksums } from './checksums/checksums.js';
export { Claims, declaredArtifact, declaredOutputs } from './tasks/claims.js';
export type { Difference } from './checksums/compare.js';
export {
  type ArtifactLocation,
  artifactPath,
  artifactsFolder,
  checksumsPath,
  imagesFolder,
  laterFileEndings,
  libcSuffix,
  sideFileEndings,
  sideFilesOf,
} from './layout/layout.js';
export { deliverArtifact, type DeliveryRequest } from './placing/deliver.js';
export { differingInputs } from './tasks/differing-inputs.js';
export { afterTasks } from './tasks/after-tasks.js';
export { finishTasks, nameOfInput } from './tasks/finish-tasks.js';
export { withLock } from './disk/lock.js';
export { installFile, placeArtifact, type PlacedArtifact, type PlaceRequest } from './placing/place.js';
export {
  archivesOf,
  type PackagedProject,
  packageOption,
  type PackageOption,
  packageTargets,
} from './packaging/targets.js';
export { projectFolders } from './layout/project-folders.js';
export { builderOf } from './provenance/builder.js';
export type { ProvenanceFacts } from './provenance/statement.js';
export { rebuildOption, type RebuildOption, rebuildTargets } from './rebuild/targets.js';
export { removeObsoleteArtifacts } from './placing/remove.js';
export { localLicenses } from './sbom/local-license.js';
export { type SbomOption, sbomOption, sbomTargets } from './sbom/targets.js';
export type { Json, VersionRecord } from './layout/side-files.js';
export { verifyArtifacts } from './checksums/verify.js';
export type { Unit, UnitKind, UnitsRecord } from './units/record.js';
