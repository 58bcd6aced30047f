import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit/core';
import { signing } from './errors/signing.js';

/** Errors of artifacts and of the folders that contain them. */
const artifacts = {
  ARTIFACTS_NAME_INVALID: {
    meaning:
      'The name of an artifact or a configuration is not valid as a file or folder name in artifacts/.',
    remedy: 'rename the binary or the configuration',
  },
  ARTIFACT_PLACE_WRONG: {
    meaning: 'The output folder is reserved for another platform, C library or configuration.',
    remedy: 'remove `outputPath`, or set it to a folder outside artifacts/',
  },
  ARTIFACTS_SOURCE_MISSING: {
    meaning: 'A file that a build should have produced does not exist, or cannot be read.',
    remedy: 'build again; if the file is still missing, check where the build writes it',
  },
  ARTIFACTS_NOT_WRITABLE: {
    meaning: 'An artifact could not be written.',
    remedy: 'give the current user write access to the folder, or choose another folder',
  },
  ARTIFACTS_DISK_FULL: {
    meaning: 'The disk is full, or the disk quota is exceeded.',
    remedy: 'free some space and build again; the previous artifact was kept',
  },
  ARTIFACTS_DESTINATION_IS_FOLDER: {
    meaning: 'The path of an artifact is a folder.',
    remedy: 'move the folder, or choose another path for the artifact',
  },
  ARTIFACTS_LOCKED: {
    meaning:
      'Another process held a lock for too long: the lock of artifacts/checksums.json, or of a cargo target folder.',
    remedy: 'if another build hangs, stop it, then try again',
  },
  ARTIFACTS_CHECKSUMS_MISSING: {
    meaning: 'artifacts/checksums.json does not exist, so there is nothing to verify against.',
    remedy: 'build an artifact first',
  },
  ARTIFACTS_CHECKSUMS_INVALID: {
    meaning: 'artifacts/checksums.json cannot be read, or is corrupt.',
    remedy:
      'check the permissions of the file; if the file is corrupt, build again: a build rewrites the file',
  },
  SBOM_UNITS_MISSING: {
    meaning:
      'There is no record of the packages that were compiled into an artifact, so no SBOM can be written.',
    remedy: 'build the artifact again',
  },
  SBOM_ARTIFACT_CHANGED: {
    meaning:
      'An artifact is missing, or was changed after it was built, so the record of its build does not describe the file.',
    remedy: 'build the artifact again',
  },
  SBOM_DIFFERS: {
    meaning: 'The list of components in a binary differs from the record of its build.',
    remedy: 'build the artifact again, without the cache: `--skip-nx-cache`',
  },
  SCAN_SBOM_INVALID: {
    meaning:
      'An SBOM cannot be scanned: it is missing, no CycloneDX document, or not about the artifact beside it.',
    remedy: 'write the SBOM again: run the target `sbom`',
  },
  SCAN_DATABASE_INVALID: {
    meaning:
      'A folder or file is not an OSV database, or has no records of an ecosystem that the SBOM lists packages of.',
    remedy:
      'download crates.io/all.zip, Go/all.zip or both from https://osv-vulnerabilities.storage.googleapis.com, and set `database` to one of these files, or to the folder that contains the folders crates.io and Go',
  },
  SCAN_IGNORE_INVALID: {
    meaning: 'The list of vulnerabilities to ignore cannot be read, or an entry lacks a field.',
    remedy: 'write a JSON list; each entry needs `id`, `reason` and `expires`, a date such as "2027-03-31"',
  },
  SCAN_FOUND: {
    meaning:
      'An artifact contains packages with known vulnerabilities of the severity at which the scan fails.',
    remedy:
      'update the packages; if a vulnerability does not matter, list it, with a reason and an expiry date, in the file set by the option `ignore`',
  },
  ARTIFACTS_DIFFER: {
    meaning: 'The files in artifacts/ do not match artifacts/checksums.json.',
    remedy: 'build the artifacts again; if `verify` still lists a file, delete that file: no build wrote it',
  },
  ARTIFACT_REFUSED: {
    meaning: 'A built file cannot run on its target platform, so it was not placed in artifacts/.',
    remedy: 'correct the platform, the libc or the minimum glibc version, or use another linker',
    printed: ["version `GLIBC_2.38' not found", 'exec format error', 'cannot execute binary file'],
  },
  OBJECT_FILE_INVALID: {
    meaning: 'A file is not an object file, or is corrupt.',
    remedy: 'build the file again',
  },
  REBUILD_REFUSED: {
    meaning:
      'An artifact cannot be built again: its provenance is missing, describes another file, names a commit that the repository does not have, or sources that were not committed.',
    remedy: 'run the command in a clone of the repository that the artifact was built in',
  },
  REBUILD_FAILED: {
    meaning: 'A step of a rebuild failed: the checkout, the installation of npm packages, or the build.',
    remedy: 'fix the error shown in the output, and try again',
  },
  REBUILD_NOT_COMPARABLE: {
    meaning:
      'The rebuild used another toolchain, other parameters or other packages than the build of the artifact, so the files were not compared.',
    remedy: 'set the parameters to those in the provenance, and try again',
  },
  REBUILD_DIFFERS: {
    meaning: 'An artifact is not what a rebuild from the same sources gives.',
    remedy:
      'keep the rebuilt file with `millwright rebuild <artifact> --keep <file>`, and compare both files',
  },
} satisfies ErrorCatalogue;

/** Errors of the installation of components. */
const installing = {
  INSTALL_NOTHING_FITS: {
    meaning: 'A folder or archive contains nothing that can be installed on the platform.',
    remedy: 'check the path, or select a component with `--platform` or `--name`',
  },
  INSTALL_NOT_VERIFIED: {
    meaning: 'The component to install has no valid signature of a trusted key.',
    remedy:
      'download the archive, its checksum file and its signature again; do not use the archive if the error persists',
  },
  INSTALL_SIGNER_UNKNOWN: {
    meaning:
      'The first installation of a component requires the public key or the identity of its publisher.',
    remedy:
      'pass the public key with `--key`, or the identity with `--certificate-identity`; get either from a source that you trust',
  },
  INSTALL_SIGNER_CHANGED: {
    meaning: 'A component is signed with a different key than the installed version.',
    remedy:
      "pass the publisher's rotation statement with `--rotation`; if there is none, ask the publisher to confirm the new key, and only then remove the component from the lock file and install it again",
  },
  INSTALL_LOCK_INVALID: {
    meaning:
      'The lock file of installed components is corrupt, or was written by a newer version of Millwright.',
    remedy: 'restore the file from version control',
  },
} satisfies ErrorCatalogue;

/** Errors of archives. */
const archives = {
  ARCHIVE_MEMBER_REFUSED: {
    meaning:
      'A file cannot be added to an archive: it is missing, is not a regular file, or has an invalid name.',
    remedy: 'build the file, or correct `files` in the options of the plugin',
  },
  ARCHIVE_REFUSED: {
    meaning: 'An archive is malformed or unsafe to unpack. Nothing was unpacked.',
    remedy: 'download the archive again; if the error persists, report it to the publisher',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [
  { title: 'Artifacts', entries: artifacts },
  { title: 'Keys and signatures', entries: signing },
  { title: 'Archives', entries: archives },
  { title: 'Installation', entries: installing },
];

export const artifactError = errorFactory({
  ...sharedErrors,
  ...artifacts,
  ...signing,
  ...archives,
  ...installing,
});

export type ArtifactErrorCode = Parameters<typeof artifactError>[0];
