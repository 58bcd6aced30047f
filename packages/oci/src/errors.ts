import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit/core';

/** Errors of images. */
const images = {
  IMAGE_ARTIFACT_MISSING: {
    meaning: 'A binary or file that belongs into an image does not exist.',
    remedy: 'build the project for every platform of the image, or correct the options of the image',
  },
  IMAGE_FILE_REFUSED: {
    meaning:
      'A file cannot be part of an image: its kind, its place or its path in the image does not allow it.',
    remedy: 'correct `files` in the options of the image',
  },
  IMAGE_CANNOT_RUN: {
    meaning: 'The binary of an image cannot run in it, so the image was not built.',
    remedy: 'use another base image, or build the binary for this one',
    printed: ['exec /usr/local/bin/\u2026: no such file or directory', 'exec format error'],
  },
  IMAGE_INVALID: {
    meaning: 'A manifest, an index or a configuration of an image is malformed, or was changed.',
    remedy: 'build or push the image again',
  },
  IMAGE_MISSING_FROM_LAYOUT: {
    meaning: 'A folder is not an OCI layout, or does not hold the image.',
    remedy: 'build the image again, or correct the path or tag',
  },
  IMAGE_NAME_INVALID: {
    meaning: 'A name of an image cannot be used with registries.',
    remedy: 'use an image name, such as registry.example.com/team/app',
  },
  IMAGE_TAG_INVALID: {
    meaning: 'A tag, or what its template expands to, is not a tag.',
    remedy: 'correct `tags` in the options of the image',
  },
  IMAGE_BASE_MISSING: {
    meaning: 'A base image does not exist, or not for a platform of the image.',
    remedy:
      'correct `base` in the options of the image, or update the lock: nx run <project>:oci-base-update',
  },
  IMAGE_BASE_NOT_LOCKED: {
    meaning:
      'The digest of a base image is not in millwright.images.lock, so an image on top of it would not be reproducible.',
    remedy: 'nx run <project>:oci-base-update',
  },
  IMAGE_LOCK_INVALID: {
    meaning: 'millwright.images.lock cannot be read.',
    remedy: 'restore the file from version control',
  },
  IMAGE_LOAD_FAILED: {
    meaning: 'A container engine did not load an image.',
    remedy: 'check that the engine runs, and that the current user has access to it',
  },
  IMAGE_NOT_VERIFIED: {
    meaning: 'An image in a registry, or in a folder, is incomplete, or is not the one that was built.',
    remedy: 'push the image again',
  },
} satisfies ErrorCatalogue;

/** Errors of registries. */
const registries = {
  REGISTRY_UNREACHABLE: {
    meaning: 'A registry does not answer, or its certificate is not trusted.',
    remedy: 'check the name of the registry, the network and the proxy, and run the command again',
  },
  REGISTRY_LOGIN_REQUIRED: {
    meaning: 'A registry requires a login, or the user may not read or write the repository.',
    remedy: 'log in with `docker login` or `podman login`, as a user that may access the repository',
  },
  REGISTRY_REFUSED: {
    meaning: 'A registry refused a request.',
    remedy: 'read the answer of the registry above; if it is busy, run the command again later',
  },
  REGISTRY_CREDENTIALS_INVALID: {
    meaning: 'The file or the helper with the credentials for a registry cannot be used.',
    remedy: 'correct the file, or log in again with `docker login`',
  },
  REGISTRY_CONTENT_WRONG: {
    meaning: 'The content that a registry sent does not match the requested digest. It was discarded.',
    remedy: 'do not use the image; report the mismatch to the operator of the registry',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [
  { title: 'Images', entries: images },
  { title: 'Registries', entries: registries },
];

export const ociError = errorFactory({ ...sharedErrors, ...images, ...registries });

export type OciErrorCode = Parameters<typeof ociError>[0];
