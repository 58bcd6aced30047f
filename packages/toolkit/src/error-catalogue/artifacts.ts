import type { CatalogueEntry } from './catalogue-entry.js';

/** What goes wrong where final files are kept: `@millwright/artifacts`. */
export const artifacts = {
  ARTIFACTS_NAME_INVALID: {
    meaning: 'A name cannot stand for an artifact or a configuration in the layout of artifacts/.',
    remedy: 'Rename the binary or the configuration.',
  },
  ARTIFACTS_SOURCE_MISSING: {
    meaning: 'A file that a build was to hand over is not there, or cannot be read.',
    remedy: 'Build again; where it stays missing, see where the build really puts the file.',
  },
  ARTIFACTS_NOT_WRITABLE: {
    meaning: 'A final file could not be written to its place.',
    remedy: 'Give the user that builds write access to the folder, or choose another one.',
  },
  ARTIFACTS_DISK_FULL: {
    meaning: 'The disk, or the quota on it, is full.',
    remedy: 'Free some space and build again; what stood there before is unharmed.',
  },
  ARTIFACTS_DESTINATION_IS_FOLDER: {
    meaning: 'A folder stands where a final file is to go.',
    remedy: 'Move the folder away, or choose another place for the file.',
  },
  ARTIFACTS_LOCKED: {
    meaning: 'Another process has held the lock on artifacts/checksums.json for too long.',
    remedy: 'See whether another build hangs, end it and try again.',
  },
  ARTIFACTS_CHECKSUMS_MISSING: {
    meaning: 'There is no artifacts/checksums.json to verify against.',
    remedy: 'Build an artifact first.',
  },
  ARTIFACTS_CHECKSUMS_INVALID: {
    meaning: 'artifacts/checksums.json is damaged.',
    remedy: 'Build an artifact again, which writes the file anew.',
  },
  ARTIFACTS_DIFFER: {
    meaning: 'Files below artifacts/ are not those that artifacts/checksums.json lists.',
    remedy: 'Build the artifacts again, and delete what does not belong there.',
  },
} satisfies Record<string, CatalogueEntry>;
