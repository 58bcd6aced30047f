interface CatalogueEntry {
  /** What the code means, for the troubleshooting page. */
  readonly meaning: string;
  /** What to do where the place that throws knows nothing better. */
  readonly remedy: string;
  /** What other programs print in these cases, as people search for it. */
  readonly printed?: readonly string[];
}

const entries = {
  OPTION_INVALID: {
    meaning: 'An option has a value that the executor, generator or plugin does not accept.',
    remedy: 'Correct the option where it is set: nx.json, project.json or the command line.',
  },
  PLATFORM_UNKNOWN: {
    meaning: 'A platform or target triple is not one that Millwright knows.',
    remedy: 'Use a platform as OCI writes it, such as linux/amd64 or linux/arm64.',
  },
  OBJECT_FILE_INVALID: {
    meaning: 'A file is no object file, or is damaged.',
    remedy: 'Build the file again.',
  },
  LOCKFILE_INVALID: {
    meaning: 'A Cargo.lock cannot be read.',
    remedy: 'Repair the file, or delete it and run cargo generate-lockfile.',
  },
  PROCESS_FAILED: {
    meaning: 'A program that was started ended with an error.',
    remedy: 'Read the output above; run again with --verbose to see all of it.',
  },
  PROCESS_MISSING: {
    meaning: 'A program that is needed is not on this machine.',
    remedy: 'Install the program and see that it is on PATH.',
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
  LINKER_MISSING: {
    meaning: 'Nothing on this machine can link for the target triple.',
    remedy: 'Install the cross compiler that the message names, or cargo-zigbuild with zig.',
    printed: ['error: linker `\u2026` not found', "invalid linker name in argument '-fuse-ld=mold'"],
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
  COMPILE_FAILED: {
    meaning: 'A crate or a Go package does not compile.',
    remedy: 'Mend what the compiler reports above.',
  },
  CARGO_FAILED: {
    meaning: 'cargo ended with an error of its own, before or beside compiling.',
    remedy: 'Read what cargo says; run again with --verbose to see all of it.',
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
  SOURCE_UNREACHABLE: {
    meaning: 'A package of the lock file cannot be downloaded.',
    remedy:
      'See that the machine reaches the source, or replace it: [source] in .cargo/config.toml, or cargo vendor.',
    printed: [
      'failed to load source for dependency',
      'unable to update https://\u2026',
      'Could not resolve host',
    ],
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
  GO_MOD_INVALID: {
    meaning: 'A go.mod or go.work file cannot be read.',
    remedy: 'Mend the file at the line that the message names.',
  },
  GO_MOD_UNTIDY: {
    meaning: 'go.mod or go.sum does not match what the sources of a module import.',
    remedy: 'nx run <module>:tidy, and commit what it changes.',
  },
  GO_FAILED: {
    meaning: 'go ended with an error of its own, before or beside compiling.',
    remedy: 'Read what go says.',
  },
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
  GO_TOOLCHAIN_MISSING: {
    meaning: 'There is no Go toolchain on this machine, or it does not run.',
    remedy: 'Install Go (https://go.dev/dl) and see that go is on PATH.',
  },
  GO_TOO_OLD: {
    meaning: 'The installed Go is older than what a generator or a module needs.',
    remedy:
      'Install a newer Go, or let go fetch it (GOTOOLCHAIN=auto); for a generator, an older generatorVersion may do.',
  },
  GO_MODULE_MISSING: {
    meaning: 'The project of a generated client has no go.mod, so that nothing can build it.',
    remedy: 'Run go mod init in the folder of the project, or nx g @millwright/go:client.',
  },
  GO_DEPENDENCY_MISSING: {
    meaning: "Generated code imports a package that no module of the project's go.mod or go.sum provides.",
    remedy: 'Run the target once with --tidy, and commit go.mod and go.sum.',
  },
  OPENAPI_DOCUMENT_INVALID: {
    meaning: 'A file is empty, is no YAML or JSON, or is no OpenAPI 3.0 or 3.1 document.',
    remedy: 'Mend the file at the line that the message names.',
  },
  OPENAPI_REF_MISSING: {
    meaning: 'A $ref leads to a file or a place that does not exist, or to the network.',
    remedy: 'Correct the $ref, or add what it leads to.',
  },
  OPENAPI_REF_RENAMED: {
    meaning: 'Two files define different components of one name, so that one would need another name.',
    remedy: "Rename one of them, or set the option renames to 'report'.",
  },
  OPENAPI_SCHEMA_CYCLE: {
    meaning: 'A schema holds itself of necessity, so that no value can be of it.',
    remedy: 'Break the cycle: with a property that is not required, a list, or nullable.',
  },
  OPENAPI_NAME_COLLISION: {
    meaning: 'Two operations or two schemas have names that become the same name in Go.',
    remedy: 'Rename one of them, in the document or by an overlay.',
  },
  OPENAPI_OPERATION_ID_INVALID: {
    meaning: 'An operationId holds nothing that the name of a Go method can be made of.',
    remedy: 'Correct the operationId, in the document or by an overlay.',
  },
  OPENAPI_UNSUPPORTED: {
    meaning: 'A document has something of OpenAPI that the chosen generator makes no code of.',
    remedy: 'Write it otherwise, in the document or by an overlay, or choose another generator.',
  },
  OVERLAY_INVALID: {
    meaning: 'A file is no OpenAPI Overlay 1.0 document, or one of its actions cannot be applied.',
    remedy: 'Mend the overlay at the line that the message names.',
  },
  OVERLAY_UNMATCHED: {
    meaning: 'An action of an overlay selects nothing, so that it has no effect.',
    remedy: 'Correct the target of the action, or remove the action.',
  },
  GENERATOR_UNAVAILABLE: {
    meaning: 'A code generator cannot be installed, or is not on PATH.',
    remedy: 'See that the machine reaches the Go module proxy (GOPROXY), and that the version exists.',
  },
  GENERATOR_FAILED: {
    meaning: 'A code generator, or a script in its place, ended with an error.',
    remedy: 'Read what it says; run again with --verbose to see all of it.',
  },
  GENERATOR_OUTPUT_MISSING: {
    meaning: 'A code generator, or a script in its place, ended well but wrote no Go file, or an empty one.',
    remedy: 'See where it writes, and that the option output names that place.',
  },
  GENERATED_OPERATION_MISSING: {
    meaning: 'A generated client has no method for an operation of the document.',
    remedy: "See the generator's configuration and what it says of the operation.",
  },
  GENERATED_CODE_INVALID: {
    meaning: 'Generated code does not format, build or vet; what stood there before is unharmed.',
    remedy: 'Change the operation or schema that the message names, in the document or by an overlay.',
  },
  ENGINE_MISSING: {
    meaning: 'The container engine or its Compose plugin is not on this machine.',
    remedy: 'Install Docker with its Compose plugin (version 2), or podman with podman compose.',
  },
  ENGINE_UNREACHABLE: {
    meaning: 'The container engine does not answer, so nothing was started.',
    remedy: 'Start the engine (on Linux: sudo systemctl start docker), and see that this user may use it.',
  },
  ENGINE_LOST: {
    meaning: 'The container engine stopped answering while a stack was running.',
    remedy: 'Start the engine again, then take down what is left: nx run <stack>:down.',
  },
  COMPOSE_FILE_INVALID: {
    meaning: 'A Compose file does not parse, or describes what Compose does not accept.',
    remedy: 'Mend the file at the line that the message names.',
  },
  SERVICE_UNKNOWN: {
    meaning: 'A service is named that the stack does not have, or that its profiles leave out.',
    remedy: 'Use one of the services that the message lists.',
  },
  IMAGE_MISSING: {
    meaning: "A service's image is neither on this machine nor to be had from a registry.",
    remedy: 'See that the name is right and that the registry can be reached; pull or build the image.',
  },
  IMAGE_UNREADABLE: {
    meaning: 'An image could not be inspected.',
    remedy: 'Remove the image and pull it again.',
  },
  MOUNT_SOURCE_MISSING: {
    meaning: 'A file that is to be mounted is not there; Docker would make a folder in its place.',
    remedy: 'Build it first.',
  },
  MOUNT_SOURCE_IS_FOLDER: {
    meaning: 'A folder stands where a file that is to be mounted should be.',
    remedy: 'Remove the folder, which an earlier mount of a missing file may have left, and build the file.',
  },
  MOUNT_NOT_EXECUTABLE: {
    meaning: 'A binary that is to be mounted has no run bit, so that the container could not start it.',
    remedy: 'chmod +x the file, or build it again.',
  },
  MOUNT_FORMAT_REFUSED: {
    meaning: 'A file that is to be mounted is not a program of the system that the containers run.',
    remedy: 'Build it for Linux.',
  },
  MOUNT_ARCHITECTURE_REFUSED: {
    meaning: 'A binary is built for an architecture that the container engine can neither run nor emulate.',
    remedy:
      "Build for the engine's architecture, or install emulation: docker run --privileged tonistiigi/binfmt.",
  },
  MOUNT_INTERPRETER_MISSING: {
    meaning: 'The dynamic loader that a binary names is not in the image.',
    remedy:
      'Use an image with the C library that the binary is linked to, or link it statically (libc: "musl").',
  },
  MOUNT_GLIBC_TOO_NEW: {
    meaning: 'A binary needs a newer glibc than the image has.',
    remedy: 'Build with a glibc floor, or for musl, or use a newer image.',
  },
  MOUNT_LIBRARY_MISSING: {
    meaning: 'A binary needs a shared library that is neither in the image nor mounted.',
    remedy: 'Link the library statically, use an image that has it, or mount it (libraries).',
  },
  PORT_IN_USE: {
    meaning: 'A port that the stack publishes is taken.',
    remedy: 'End what holds the port, publish another one, or let a free one be found: --ports=auto.',
  },
  SERVICE_UNHEALTHY: {
    meaning: 'A service runs, but its health check failed as often as the Compose file allows.',
    remedy: "Read the service's last lines above, and run its health check by hand: docker exec.",
  },
  SERVICE_ENDED: {
    meaning: 'A service that should keep running has ended.',
    remedy: "Read the service's last lines above.",
  },
  STACK_TIMEOUT: {
    meaning: 'A stack was not ready in the time given.',
    remedy: 'Read what the services say, or give them longer: --timeout=<seconds>.',
  },
  STACK_FAILED: {
    meaning: 'Compose could not do what it was asked.',
    remedy: 'Read what it says; run again with --verbose to see all of it.',
  },
  STACK_TEST_FAILED: {
    meaning: 'The tests that ran against a stack failed.',
    remedy: "Read the tests' output and the services' last lines above.",
  },
} satisfies Record<string, CatalogueEntry>;

/** Every error code, once. */
export type ErrorCode = keyof typeof entries;

export const catalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = entries;
