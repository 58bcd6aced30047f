import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit/core';

/** Errors of images. */
const images = {
  IMAGE_ARTIFACT_MISSING: {
    meaning: 'A binary or file that should be added to an image does not exist.',
    remedy: 'build the project for every platform of the image, or correct the options of the image',
  },
  IMAGE_FILE_REFUSED: {
    meaning:
      'A file cannot be added to an image: it is not a regular file, links to a file outside its folder, has an invalid path in the image, or is the provenance or SBOM of another binary.',
    remedy: 'correct `files` in the options of the image',
  },
  IMAGE_CANNOT_RUN: {
    meaning: 'A binary cannot run in the image that should contain it, so the image was not built.',
    remedy: 'use another base image, or build the binary for this base image',
    printed: ['exec /usr/local/bin/\u2026: no such file or directory', 'exec format error'],
  },
  IMAGE_INVALID: {
    meaning: 'A manifest, an index or a configuration of an image is malformed, or was changed.',
    remedy: 'build or push the image again',
  },
  IMAGE_MISSING_FROM_LAYOUT: {
    meaning: 'A folder is not an OCI layout, or does not contain the image.',
    remedy: 'build the image again, or correct the path or tag',
  },
  IMAGE_NAME_INVALID: {
    meaning: 'The name of an image is not valid.',
    remedy: 'use an image name, such as registry.example.com/team/app',
  },
  IMAGE_TAG_INVALID: {
    meaning: 'A tag is not valid, or its template expands to an invalid tag.',
    remedy: 'correct `tags` in the options of the image',
  },
  IMAGE_BASE_MISSING: {
    meaning: 'A base image does not exist, or does not support a platform of the image.',
    remedy:
      'correct the option `base` of the image that you build, or update the lock: nx run <project>:oci-base-update',
  },
  IMAGE_BASE_NOT_LOCKED: {
    meaning:
      'The digest of a base image is not in millwright.images.lock, so the build would not be reproducible.',
    remedy: 'nx run <project>:oci-base-update',
  },
  IMAGE_LOCK_INVALID: {
    meaning: 'millwright.images.lock cannot be read.',
    remedy: 'restore the file from version control',
  },
  IMAGE_LOAD_FAILED: {
    meaning: 'A container engine failed to load an image.',
    remedy: 'check that the engine is running, and that the current user has access to it',
  },
  IMAGE_NOT_SIGNED: {
    meaning: 'The statements about an image cannot be signed with the key.',
    remedy: 'sign with a cosign key: `millwright key generate --format cosign`',
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
    meaning: 'A registry requires a login, or the user is not allowed to read or write the repository.',
    remedy: 'log in with `docker login` or `podman login`, as a user with access to the repository',
  },
  REGISTRY_REFUSED: {
    meaning: 'A registry refused a request.',
    remedy: 'fix the problem that the registry reports; if the registry is busy, run the command again later',
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
