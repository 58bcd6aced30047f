import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit';

/** Errors of crates and their builds. */
const crates = {
  LOCKFILE_INVALID: {
    meaning: 'Cargo.lock is invalid or contains a merge conflict.',
    remedy: 'restore the file from version control, or delete it and run cargo generate-lockfile',
  },
  TOOLCHAIN_MISSING: {
    meaning: 'The Rust toolchain required by a build is not installed.',
    remedy: "install Rust: https://rustup.rs, or the distribution's rustc and cargo",
  },
  RUST_TOO_OLD: {
    meaning:
      'A package, its edition or Cargo.lock requires a newer version of Rust than the active toolchain has.',
    remedy: 'run `rustup update`, or set a newer toolchain in rust-toolchain.toml',
    printed: ['rustc \u2026 is not supported by the following package', 'lock file version \u2026 was found'],
  },
  TARGET_MISSING: {
    meaning: 'The Rust standard library for the target triple is not installed.',
    remedy: 'rustup target add <triple>',
    printed: ["can't find crate for `core`"],
  },
  TARGET_UNSUPPORTED: {
    meaning:
      'The plugin does not support this kind of target: a custom target specification, or a target set in Cargo.toml.',
    remedy: 'build with plain cargo, in an Nx target that uses the executor nx:run-commands',
  },
  FEATURE_UNKNOWN: {
    meaning: 'The crate does not have the requested feature.',
    remedy: 'use a feature that the crate has, or add the feature to [features] in Cargo.toml',
  },
  FEATURES_REQUIRED: {
    meaning: 'The requested binary requires features that are not enabled.',
    remedy: 'enable the features with the option `features`',
    printed: ['target `\u2026` in package `\u2026` requires the features'],
  },
  PROFILE_UNKNOWN: {
    meaning: 'The workspace does not define the requested Cargo profile.',
    remedy: "use dev, release, test or bench, or define [profile.<name>] in the workspace's Cargo.toml",
    printed: ['profile `\u2026` is not defined'],
  },
  BINARY_INVALID: {
    meaning:
      'A built binary is missing, was built for another platform, does not start, or does not print the expected output.',
    remedy: 'build the binary again; --verbose shows what the binary printed',
    printed: ['Permission denied', 'error while loading shared libraries'],
  },
  BINARY_UNKNOWN: {
    meaning: 'The crate does not have the requested binary.',
    remedy: 'pass the name of a binary of the crate',
  },
  AUDITABLE_UNUSABLE: {
    meaning:
      'The option `auditable` is set, but cargo-auditable is not installed, or another program is configured in place of rustc.',
    remedy: 'cargo install cargo-auditable --locked',
  },
  CARGO_HOME_UNUSABLE: {
    meaning:
      'cargo cannot use its home directory: HOME is not set, as often in containers and services, or the current user cannot write to it.',
    remedy: 'set HOME or CARGO_HOME to a folder that the current user can write to',
  },
  CARGO_FAILED: {
    meaning: 'cargo failed for a reason other than a compile error.',
    remedy: 'fix the error that cargo reports; --verbose shows all of its output',
  },
  NATIVE_LIBRARY_MISSING: {
    meaning: 'A library or program that a build script requires is not installed.',
    remedy: 'install its development package; nx run <crate>:doctor shows the Debian package name',
    printed: [
      'Could not find `protoc`',
      'is `cmake` not installed?',
      'The system library `\u2026` required by crate `\u2026` was not found',
    ],
  },
  SQLX_DATABASE_MISSING: {
    meaning: 'SQLx checks queries at compile time, and found neither a database nor saved queries.',
    remedy:
      'set DATABASE_URL to a database; or save the queries with cargo sqlx prepare, and set the option sqlxOffline',
    printed: ['DATABASE_URL env var is missing', 'set `DATABASE_URL` to use query macros online'],
  },
  SCCACHE_INCREMENTAL: {
    meaning: 'Incremental compilation is on, and sccache does not support it.',
    remedy: 'set CARGO_INCREMENTAL=0, or unset RUSTC_WRAPPER',
    printed: ['increment compilation is prohibited'],
  },
  FEATURES_SCRIPT_FAILED: {
    meaning: 'The script that prints the features of a crate failed, or printed none.',
    remedy: 'check that the script is executable and prints feature names when run in its folder',
  },
  SOURCES_MISSING: {
    meaning: 'The vendored sources of a crate are not checked out.',
    remedy: 'git submodule update --init <folder>',
    printed: ['failed to read `\u2026/Cargo.toml`'],
  },
  SOURCES_MODIFIED: {
    meaning: 'The vendored sources have uncommitted changes, which an update would overwrite.',
    remedy:
      'commit the changes to a branch in the Git repository of the vendored sources, or discard them there with git restore',
  },
  REVISION_UNKNOWN: {
    meaning: 'Neither the vendored sources nor their remote repository has the requested tag or commit.',
    remedy: 'use an existing tag or a full commit id',
  },
  DESCRIPTION_INVALID: {
    meaning: 'millwright.toml is not valid TOML, or has an invalid value.',
    remedy: 'fix the file at the given line',
  },
  MANIFEST_INVALID: {
    meaning: 'Cargo.toml is not valid TOML, or has an invalid value.',
    remedy: 'fix the manifest at the given line',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [{ title: 'Crates', entries: crates }];

export const cargoError = errorFactory({ ...sharedErrors, ...crates });

export type CargoErrorCode = Parameters<typeof cargoError>[0];
