import type { ErrorCatalogue } from '@millwright/toolkit/core';

/** Errors of keys and signatures. */
export const signing = {
  SIGNING_KEY_INVALID: {
    meaning: 'A key is neither a minisign key nor an ECDSA P-256 key in the format of cosign.',
    remedy:
      'pass the whole file that `millwright key generate`, `minisign -G` or `cosign generate-key-pair` wrote',
  },
  SIGNING_PASSPHRASE_WRONG: {
    meaning: 'The secret key could not be decrypted with the passphrase.',
    remedy: 'use the passphrase that was set when the key was generated',
  },
  SIGNING_KEY_MISSING: {
    meaning: 'No signing key is set, or a key file cannot be read.',
    remedy:
      'set the option `key` to the path of the secret key, or MILLWRIGHT_SIGNING_KEY to the contents of that file',
  },
  SIGNING_CACHE_UNTRUSTED: {
    meaning: 'In CI, the `sign` target signs only what the same run built.',
    remedy:
      'run Nx with `--skip-nx-cache`; or, if your cache restores only entries written by builders that you trust, set `trustCache`',
  },
  SIGNING_COMMENT_INVALID: {
    meaning: 'The comment for a signature is not valid.',
    remedy: 'use a single line of at most 8,174 bytes; cosign keys do not support comments',
  },
  SIGNING_IDENTITY_MISSING: {
    meaning:
      'Keyless signing requires an OIDC identity, and found none. CI jobs have one if they are allowed to request an identity token.',
    remedy:
      'on GitHub, give the job the permission `id-token: write`; on GitLab, add `id_tokens` with SIGSTORE_ID_TOKEN; elsewhere, set SIGSTORE_ID_TOKEN to a token for the audience `sigstore`, or sign with a key',
  },
  SIGNING_IDENTITY_INVALID: {
    meaning: 'An OIDC identity token is malformed or has expired.',
    remedy: 'request a new token right before signing',
  },
  SIGNING_SERVICE_FAILED: {
    meaning: 'A service of keyless signing rejected the request or cannot be reached.',
    remedy: 'check the URL and the network, and try again; nothing was written',
  },
  TRUSTED_ROOT_INVALID: {
    meaning:
      'The trusted root of a Sigstore instance, with which keyless signatures are verified, is missing or malformed.',
    remedy:
      'download the trusted_root.json of your Sigstore instance; for the public instance, it is in the TUF repository https://tuf-repo-cdn.sigstore.dev',
  },
  ROTATION_INVALID: {
    meaning: 'A file is not a key rotation statement signed with the old key.',
    remedy: 'download the statement again, or create it with `millwright key rotate`',
  },
  ATTESTATION_REFUSED: {
    meaning:
      'The provenance or the SBOM of an artifact cannot be signed: it is missing, describes another file or repository, or a CI job would sign what a developer built.',
    remedy: 'run all steps in a single run: build, write the SBOM, package, sign',
  },
  SIGNATURE_INVALID: {
    meaning:
      'A signature file is neither a minisign signature nor a Sigstore bundle, or a file that should be an attestation is none.',
    remedy: 'download the signature again, or sign again',
  },
  SIGNATURE_KEY_DIFFERS: {
    meaning: 'A signature was made with a different key than the one used to verify it.',
    remedy: 'verify with the public key of the signer, obtained from a source that you trust',
  },
  SIGNATURE_CONTENT_DIFFERS: {
    meaning: 'The content of a file does not match its signature.',
    remedy: 'download the file and its signature again; do not use the file if the error persists',
  },
  SIGNATURE_COMMENT_CHANGED: {
    meaning: 'The trusted comment of a signature was changed after signing.',
    remedy: 'download the signature again; do not rely on its comment if the error persists',
  },
  RELEASE_FOLDER_UNREADABLE: {
    meaning: 'A folder to sign or verify, or a file in it, cannot be read.',
    remedy: 'check the path, and give the current user read access',
  },
  RELEASE_EMPTY: {
    meaning: 'A folder to sign or verify contains no files.',
    remedy: 'check the path',
  },
  RELEASE_FILE_REFUSED: {
    meaning:
      'A file cannot be listed in a checksum file, because of its name, or because it is not a regular file.',
    remedy: 'rename or remove the file; replace links with the files that they point to',
  },
  RELEASE_NOT_VERIFIED: {
    meaning:
      'Files in a folder were changed, added or removed after signing, or are not signed with a trusted key.',
    remedy: 'if you changed the files, sign the folder again; otherwise, download it again',
  },
  RELEASE_CHECKSUMS_INVALID: {
    meaning: 'A checksum file does not have the format of `sha256sum`.',
    remedy:
      'if you downloaded the file, download it again; if you publish it, package and sign the folder again',
  },
} satisfies ErrorCatalogue;
