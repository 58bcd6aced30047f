import type { CatalogueEntry } from './catalogue-entry.js';

/** What goes wrong in builds, whatever the language. */
export const builds = {
  LINKER_MISSING: {
    meaning: 'Nothing on this machine can link for the target triple.',
    remedy: 'Install the cross compiler that the message names, or cargo-zigbuild with zig.',
    printed: ['error: linker `\u2026` not found', "invalid linker name in argument '-fuse-ld=mold'"],
  },
  COMPILE_FAILED: {
    meaning: 'A crate or a Go package does not compile.',
    remedy: 'Mend what the compiler reports above.',
  },
  ARTIFACT_REFUSED: {
    meaning: 'A built file cannot run where it is meant to go, so it was not handed over.',
    remedy: 'Correct the platform, the libc or the glibc floor, or the linker that made the file.',
    printed: ["version `GLIBC_2.38' not found", 'exec format error', 'cannot execute binary file'],
  },
  COMPILER_KILLED: {
    meaning:
      'The system killed a compiler or linker, most likely for want of memory, and did so again with half the jobs.',
    remedy: 'Give the build more memory, or fewer jobs: CARGO_BUILD_JOBS=1.',
    printed: ['signal: 9, SIGKILL'],
  },
  DISK_FULL: {
    meaning: 'The disk that holds the target folder filled up during a build.',
    remedy:
      'Free some space, or point CARGO_TARGET_DIR to a larger disk, and build again; no artifact was touched.',
    printed: ['No space left on device (os error 28)', 'signal: 7, SIGBUS'],
  },
  SOURCE_UNREACHABLE: {
    meaning: 'A package of the lock file, or a library that its build script takes, cannot be downloaded.',
    remedy:
      'See that the machine reaches the source, or replace it: [source] in .cargo/config.toml, or cargo vendor.',
    printed: [
      'failed to load source for dependency',
      'unable to update https://\u2026',
      'Could not resolve host',
      'static lib URL: \u2026',
    ],
  },
} satisfies Record<string, CatalogueEntry>;
