import type { CatalogueEntry } from './catalogue-entry.js';

/** What goes wrong with crates: `@millwright/cargo`. */
export const cargo = {
  LOCKFILE_INVALID: {
    meaning: 'A Cargo.lock cannot be read.',
    remedy: 'Repair the file, or delete it and run cargo generate-lockfile.',
  },
  TOOLCHAIN_MISSING: {
    meaning: 'The Rust toolchain that a build needs is not installed.',
    remedy: "Install Rust: https://rustup.rs, or the distribution's rustc and cargo.",
  },
  TARGET_MISSING: {
    meaning: 'No installed Rust toolchain has a standard library for the target triple.',
    remedy: 'rustup target add <triple>',
    printed: ["can't find crate for `core`"],
  },
  FEATURE_UNKNOWN: {
    meaning: 'A feature is asked for that the crate does not have.',
    remedy: 'Use a feature of the crate, or add it to [features] in its Cargo.toml.',
  },
  PROFILE_UNKNOWN: {
    meaning: 'A Cargo profile is asked for that the workspace does not define.',
    remedy: "Use dev, release, test or bench, or define [profile.<name>] in the workspace's Cargo.toml.",
    printed: ['profile `\u2026` is not defined'],
  },
  BINARY_INVALID: {
    meaning:
      'A built binary is missing, is not made for its platform, or does not start or print what it should.',
    remedy: 'Build it again; where it stays so, read what it prints with --verbose.',
    printed: ['Permission denied', 'error while loading shared libraries'],
  },
  BINARY_UNKNOWN: {
    meaning: 'A binary is asked for that the crate does not have.',
    remedy: 'Use one of the binaries that the message lists.',
  },
  CARGO_FAILED: {
    meaning: 'cargo ended with an error of its own, before or beside compiling.',
    remedy: 'Read what cargo says; run again with --verbose to see all of it.',
  },
  DISK_SPACE_LOW: {
    meaning: 'There is too little room for a build, so none was begun.',
    remedy: 'Free some space, or point CARGO_TARGET_DIR to a larger disk.',
  },
  FOLDER_NOT_WRITABLE: {
    meaning: 'A build cannot write to its target folder or to artifacts/.',
    remedy: 'Give the user that builds write access to the folder.',
  },
  NATIVE_LIBRARY_MISSING: {
    meaning: 'A library or program that a build script needs is not on this machine.',
    remedy: "Install the development package of the library; nx run <crate>:doctor names Debian's.",
    printed: [
      'Could not find `protoc`',
      'is `cmake` not installed?',
      'The system library `\u2026` required by crate `\u2026` was not found',
    ],
  },
  SQLX_DATABASE_MISSING: {
    meaning: 'SQLx checks queries while it compiles, and has neither a database nor saved queries.',
    remedy: 'Set the option sqlxOffline, or DATABASE_URL.',
    printed: ['DATABASE_URL env var is missing', 'set `DATABASE_URL` to use query macros online'],
  },
  SCCACHE_INCREMENTAL: {
    meaning: 'sccache cannot compile incrementally, and was asked to.',
    remedy: 'Set CARGO_INCREMENTAL=0, or unset RUSTC_WRAPPER.',
    printed: ['increment compilation is prohibited'],
  },
  INPUT_UNDECLARED: {
    meaning:
      'A build read a file or a variable that its task does not declare, so a change to it would go unseen.',
    remedy: "Add it to the inputs of the target in the crate's project.json.",
  },
  FEATURES_SCRIPT_FAILED: {
    meaning: 'The script that an option names for the list of features failed, or printed none.',
    remedy:
      'Run the script by hand in its folder, and see that it is executable and prints names of features.',
  },
  SOURCES_MISSING: {
    meaning:
      'The sources of a crate are not in this clone: they belong to others, and nobody has fetched them yet.',
    remedy: 'git submodule update --init <folder>',
    printed: ['failed to read `\u2026/Cargo.toml`'],
  },
  SOURCES_MODIFIED: {
    meaning: 'The sources of others have changes that moving them to another commit would lose.',
    remedy: 'Commit the changes in a branch of the sources, or drop them with git restore.',
  },
  REVISION_UNKNOWN: {
    meaning: 'A tag or commit is asked for that neither the sources nor where they come from have.',
    remedy: 'Use a tag or a whole commit id that upstream has.',
  },
  DESCRIPTION_INVALID: {
    meaning: 'A millwright.toml does not parse.',
    remedy: 'Mend the file at the line that the message names.',
  },
  MANIFEST_INVALID: {
    meaning: 'A Cargo.toml does not parse, or has a value of the wrong form.',
    remedy: 'Mend the manifest at the line that the message names.',
  },
} satisfies Record<string, CatalogueEntry>;
