/**
 * The names that users of the packages can write: every executor and generator with its options, every inferred target
 * by its executor, and every error code. Removing one breaks workspaces: keep it as an alias beside its new name, or
 * mention it in the changelog. `renamedErrors` lists former error codes.
 */
export const surface = {
  executors: {
    '@millwright/artifacts:package': 'artifacts files format outputPath releaseVersion',
    '@millwright/artifacts:rebuild': 'artifacts key',
    '@millwright/artifacts:sbom': 'artifacts specVersion supplier',
    '@millwright/artifacts:scan': 'artifacts database failOn ignore',
    '@millwright/artifacts:sign':
      'attest comment folder fulcioUrl key keyless perFile rekorUrl rekorVersion timestampUrl trustCache',
    '@millwright/artifacts:verify':
      'certificateIdentity certificateOidcIssuer folder keys revoked rotations trustedRoot',
    '@millwright/cargo:cargo-cross':
      'allFeatures args auditable bins defaultFeatures env fallbacks features glibc installTo libc linker ' +
      'outputPath platform profile sqlxOffline strictInputs target toolchain verbose',
    '@millwright/cargo:resolve': 'outputPath profile triples',
    '@millwright/cargo:check': 'allFeatures args defaultFeatures env features profile toolchain',
    '@millwright/cargo:test': 'allFeatures args defaultFeatures env features profile testArgs toolchain',
    '@millwright/cargo:lint': 'allFeatures args defaultFeatures env features profile toolchain',
    '@millwright/cargo:format': 'check toolchain',
    '@millwright/cargo:run':
      '__unparsed__ allFeatures args bin defaultFeatures env features profile toolchain',
    '@millwright/cargo:explain': 'json task',
    '@millwright/cargo:doctor': 'triples',
    '@millwright/cargo:missing-sources': 'source',
    '@millwright/cargo:invalid-manifest': 'manifest',
    '@millwright/cargo:update': 'build list to',
    '@millwright/cargo:validate': 'args files glibc libc platform prints',
    '@millwright/cargo:clean': 'paths',
    '@millwright/compose:docker-mount-compose':
      '__unparsed__ args build command configuration e2e engine environment files mounts platform ports profiles ' +
      'projectName showLogs timeout volumes',
    '@millwright/compose:invalid-file': 'file',
    '@millwright/oci:oci-base-update': 'base ca plainHttp',
    '@millwright/oci:oci-image':
      'attestations base binaries ca command entrypoint env files healthCheck labels libc name outputPath plainHttp platforms ports ' +
      'stopSignal tags user volumes workingDirectory',
    '@millwright/oci:oci-load':
      'attestations base binaries ca command engine entrypoint env files healthCheck labels libc name outputPath plainHttp platform ' +
      'platforms ports stopSignal tags user volumes workingDirectory',
    '@millwright/oci:oci-push':
      'attestations base binaries ca command entrypoint env files healthCheck key labels libc name outputPath plainHttp platforms ' +
      'ports sign stopSignal tags trustCache user volumes workingDirectory',
    '@millwright/oci:oci-verify':
      'attestations base binaries ca command entrypoint env files healthCheck keys labels libc name outputPath plainHttp platforms ' +
      'ports revoked rotations stopSignal tags user volumes workingDirectory',
    '@millwright/go:build':
      'args cgo env gcflags glibc ldflags leftOut nativeFiles outputPath packages platform profile ' + 'tags',
    '@millwright/go:resolve': 'imports modules outputPath',
    '@millwright/go:test': 'args cgo env inputsRecord nativeFiles packages race tags',
    '@millwright/go:vet': 'args cgo env inputsRecord nativeFiles packages tags',
    '@millwright/go:lint': 'args cgo env nativeFiles packages tags',
    '@millwright/go:run': '__unparsed__ args cgo env nativeFiles packages program tags',
    '@millwright/go:explain': 'json task',
    '@millwright/go:doctor': 'cgo glibc lint packages platforms tags',
    '@millwright/go:tidy': 'check',
    '@millwright/go:format': 'check',
    '@millwright/go:go-openapi-generate':
      'config fix generator generatorVersion output overlays package renames script spec tidy',
    '@millwright/go:invalid-module': 'goMod',
    '@millwright/windmill:doctor': 'mode',
    '@millwright/windmill:windmill-types': 'folder output strict',
  },
  generators: {
    '@millwright/cargo:init': 'keepExistingVersions package platforms skipFormat updatePackageScripts',
    '@millwright/cargo:vendor':
      'client crate fallbacks features folder installTo name ref scripts skipFormat url validate',
    '@millwright/cli:ci-workflow':
      'branch cacheServer cacheWorkspace ci crossCompile overwrite skipFormat submodules tags targets',
    '@millwright/compose:init': 'keepExistingVersions skipFormat updatePackageScripts',
    '@millwright/oci:dockerfile': 'file project',
    '@millwright/oci:image': 'base name project skipFormat',
    '@millwright/oci:init': 'keepExistingVersions skipFormat updatePackageScripts',
    '@millwright/go:init': 'keepExistingVersions package platforms skipFormat updatePackageScripts',
    '@millwright/go:client':
      'codeGenerator directory fix module name output overlays package skipFormat skipGenerate spec ' +
      'specTarget',
    '@millwright/windmill:init': 'keepExistingVersions skipFormat updatePackageScripts',
  },
  targets: {
    'Cargo workspace': {
      '@millwright/cargo:resolve': 'resolve',
    },
    'crate with a binary': {
      'nx:noop': 'build',
      '@millwright/cargo:cargo-cross': 'build-linux-amd64',
      '@millwright/cargo:check': 'check',
      '@millwright/cargo:test': 'test',
      '@millwright/cargo:lint': 'lint',
      '@millwright/cargo:format': 'format format-check',
      '@millwright/cargo:doctor': 'doctor',
      '@millwright/cargo:explain': 'explain',
      '@millwright/cargo:run': 'run',
    },
    'crate with a binary: by options': {
      '@millwright/artifacts:package': 'package',
      '@millwright/artifacts:sign': 'sign',
      '@millwright/artifacts:verify': 'verify',
      '@millwright/artifacts:sbom': 'sbom',
      '@millwright/artifacts:scan': 'scan',
      '@millwright/artifacts:rebuild': 'rebuild',
      '@millwright/oci:oci-image': 'oci-image',
      '@millwright/oci:oci-push': 'oci-push',
      '@millwright/oci:oci-load': 'oci-load',
      '@millwright/oci:oci-verify': 'oci-verify',
      '@millwright/oci:oci-base-update': 'oci-base-update',
    },
    'crate with a library alone': {
      '@millwright/cargo:check': 'check',
      '@millwright/cargo:test': 'test',
      '@millwright/cargo:lint': 'lint',
      '@millwright/cargo:format': 'format format-check',
      '@millwright/cargo:doctor': 'doctor',
      '@millwright/cargo:explain': 'explain',
    },
    'invalid Cargo.toml': {
      '@millwright/cargo:invalid-manifest': 'build build-linux-amd64 check doctor lint run test',
    },
    'vendored crate': {
      '@millwright/cargo:resolve': 'resolve',
      'nx:noop': 'build',
      '@millwright/cargo:cargo-cross': 'build-linux-amd64',
      '@millwright/cargo:check': 'check',
      '@millwright/cargo:test': 'test',
      '@millwright/cargo:lint': 'lint',
      '@millwright/cargo:format': 'format format-check',
      '@millwright/cargo:doctor': 'doctor',
      '@millwright/cargo:explain': 'explain',
      '@millwright/cargo:run': 'run',
      '@millwright/cargo:clean': 'clean',
      '@millwright/cargo:update': 'update',
    },
    'placeholder of a vendored crate': {
      '@millwright/cargo:update': 'update',
      '@millwright/cargo:missing-sources': 'build build-linux-amd64 check doctor lint run test',
    },
    'Go module with a program': {
      '@millwright/go:resolve': 'resolve',
      'nx:noop': 'build check lint',
      '@millwright/go:build': 'build-linux-amd64',
      '@millwright/go:run': 'run',
      '@millwright/go:test': 'test',
      '@millwright/go:vet': 'vet',
      '@millwright/go:tidy': 'tidy tidy-check',
      '@millwright/go:format': 'format format-check',
      '@millwright/go:doctor': 'doctor',
      '@millwright/go:explain': 'explain',
    },
    'Go module with a program: by options': {
      '@millwright/artifacts:package': 'package',
      '@millwright/artifacts:sign': 'sign',
      '@millwright/artifacts:verify': 'verify',
      '@millwright/artifacts:sbom': 'sbom',
      '@millwright/artifacts:scan': 'scan',
      '@millwright/artifacts:rebuild': 'rebuild',
      '@millwright/oci:oci-image': 'oci-image',
      '@millwright/oci:oci-push': 'oci-push',
      '@millwright/oci:oci-load': 'oci-load',
      '@millwright/oci:oci-verify': 'oci-verify',
      '@millwright/oci:oci-base-update': 'oci-base-update',
    },
    'Go module without one': {
      '@millwright/go:test': 'test',
      '@millwright/go:vet': 'vet',
      'nx:noop': 'check',
      '@millwright/go:lint': 'lint',
      '@millwright/go:tidy': 'tidy tidy-check',
      '@millwright/go:format': 'format format-check',
      '@millwright/go:doctor': 'doctor',
      '@millwright/go:explain': 'explain',
    },
    'invalid go.mod': {
      '@millwright/go:invalid-module': 'build build-linux-amd64 check lint test tidy tidy-check vet',
    },
    stack: {
      '@millwright/compose:docker-mount-compose': 'check config down logs ps up watch',
    },
    'invalid Compose file': {
      '@millwright/compose:invalid-file': 'check up watch',
      '@millwright/compose:docker-mount-compose': 'config down logs ps',
    },
    'folder of Windmill scripts': {
      '@millwright/windmill:doctor': 'doctor',
      '@millwright/windmill:windmill-types': 'windmill-types',
    },
  },
  errors: {
    'All plugins':
      'CONFIGURATION_UNKNOWN DISK_SPACE_LOW EXPLAIN_TARGET_NOT_CACHED EXPLAIN_TARGET_UNKNOWN EXPLAIN_UNSUPPORTED FILE_IGNORED FOLDER_NOT_WRITABLE GIT_REPOSITORY_UNTRUSTED INPUT_TOO_LARGE NODE_UNSUPPORTED ' +
      'OPTION_CONTRADICTS_TARGET OPTION_INVALID OPTION_NOT_PASSED PATH_OUTSIDE_WORKSPACE ' +
      'PLATFORM_UNKNOWN PRIVATE_FOLDER_UNSAFE PROCESS_FAILED PROCESS_MISSING TEMPORARY_FOLDER_UNUSABLE ' +
      'WORKSPACE_PATTERN_IGNORED',
    Builds:
      'ARTIFACT_NAME_TAKEN CACHE_ENTRY_STALE COMPILER_KILLED COMPILE_FAILED DISK_FULL INPUT_UNDECLARED LINKER_MISSING ' +
      'LINK_FAILED SOURCE_UNREACHABLE',
    Artifacts:
      'ARTIFACTS_CHECKSUMS_INVALID ARTIFACTS_CHECKSUMS_MISSING ARTIFACTS_DESTINATION_IS_FOLDER ' +
      'ARTIFACTS_DIFFER ARTIFACTS_DISK_FULL ARTIFACTS_LOCKED ARTIFACTS_NAME_INVALID ' +
      'ARTIFACTS_NOT_WRITABLE ARTIFACTS_SOURCE_MISSING ARTIFACT_PLACE_WRONG ARTIFACT_REFUSED ' +
      'OBJECT_FILE_INVALID REBUILD_DIFFERS REBUILD_FAILED REBUILD_NOT_COMPARABLE REBUILD_REFUSED SBOM_ARTIFACT_CHANGED ' +
      'SBOM_DIFFERS SBOM_UNITS_MISSING SCAN_DATABASE_INVALID SCAN_FOUND SCAN_IGNORE_INVALID SCAN_SBOM_INVALID',
    'Keys and signatures':
      'ATTESTATION_REFUSED RELEASE_CHECKSUMS_INVALID RELEASE_EMPTY RELEASE_FILE_REFUSED RELEASE_FOLDER_UNREADABLE RELEASE_NOT_VERIFIED ' +
      'ROTATION_INVALID ' +
      'SIGNATURE_COMMENT_CHANGED SIGNATURE_CONTENT_DIFFERS SIGNATURE_INVALID SIGNATURE_KEY_DIFFERS ' +
      'SIGNING_CACHE_UNTRUSTED SIGNING_COMMENT_INVALID SIGNING_IDENTITY_INVALID SIGNING_IDENTITY_MISSING SIGNING_KEY_INVALID ' +
      'SIGNING_KEY_MISSING SIGNING_PASSPHRASE_WRONG SIGNING_SERVICE_FAILED TRUSTED_ROOT_INVALID',
    Archives: 'ARCHIVE_MEMBER_REFUSED ARCHIVE_REFUSED',
    Installation:
      'INSTALL_LOCK_INVALID INSTALL_NOTHING_FITS INSTALL_NOT_VERIFIED INSTALL_SIGNER_CHANGED ' +
      'INSTALL_SIGNER_UNKNOWN',
    'The workflow engine':
      'CONFIG_INVALID ENGINE_NOT_READY FOLDER_EXISTS PERMISSION_DENIED SERVER_ANSWER_UNEXPECTED SERVER_FEATURE_MISSING ' +
      'SERVER_MIGRATING ' +
      'SERVER_UNPROTECTED SERVER_UNREACHABLE TOKEN_REJECTED VARIABLE_EXISTS VARIABLE_NOT_FOUND WORKSPACE_EXISTS ' +
      'WORKSPACE_NOT_FOUND',
    'Scripts and flows':
      'ARGUMENTS_INVALID CONCURRENCY_LIMIT EXECUTION_CANCELED EXECUTION_FAILED EXECUTION_NOT_FOUND ' +
      'EXECUTION_NOT_SUSPENDED EXECUTION_TIMEOUT FLOW_EXISTS FLOW_NOT_FOUND LANGUAGE_UNKNOWN PATH_INVALID ' +
      'SCRIPT_EXISTS SCRIPT_NOT_DEPLOYED SCRIPT_NOT_FOUND SCRIPT_PARENT_INVALID VALIDATION_FAILED',
    'A supervised Windmill server':
      'BINARY_BUILD_FAILED BINARY_UNUSABLE DATABASE_START_FAILED DATABASE_UNREACHABLE MIGRATION_FAILED SERVER_DISK_FULL ' +
      'SERVER_PORT_TAKEN SERVER_START_FAILED',
    'Folders of Windmill scripts': 'SCRIPT_SCHEMA_STALE WORKSPACE_FILE_INVALID',
    'The simulation of Windmill': 'SIMULATION_PORT_UNUSABLE SIMULATION_UNSUPPORTED',
    'The server':
      'CACHE_ENTRY_EXISTS CACHE_ENTRY_REFUSED CACHE_UNAVAILABLE IDENTITY_REFUSED SERVER_BACKUP_FAILED SERVER_CONFIG_INVALID ' +
      'SERVER_DATABASE_NEWER SERVER_DATABASE_OLDER SERVER_DATABASE_UNREACHABLE SERVER_DATA_LOCKED SERVER_PORT_IN_USE ' +
      'SERVER_STORAGE_UNUSABLE TOKEN_REFUSED',
    Components:
      'COMPONENT_COMMAND_UNSUPPORTED COMPONENT_FIELD_UNKNOWN COMPONENT_FILE_EXISTS COMPONENT_FILE_INVALID COMPONENT_FILE_MISSING ' +
      'COMPONENT_INTERFACE_DOUBTFUL COMPONENT_LANGUAGE_AMBIGUOUS COMPONENT_LANGUAGE_UNKNOWN COMPONENT_OUTPUT_OCCUPIED ' +
      'COMPONENT_PLATFORM_OVERRIDDEN COMPONENT_PLATFORM_UNSUPPORTED COMPONENT_PROGRAM_AMBIGUOUS',
    'The millwright command':
      'COMMAND_FILE_EXISTS COMMAND_FILE_NOT_WRITABLE COMMAND_FILE_UNREADABLE ' +
      'COMMAND_PASSPHRASE_MISSING COMMAND_PASSPHRASE_REFUSED COMMAND_SERVER_REFUSED COMMAND_USAGE',
    Crates:
      'AUDITABLE_UNUSABLE BINARY_INVALID BINARY_UNKNOWN CARGO_FAILED CARGO_HOME_UNUSABLE DESCRIPTION_INVALID ' +
      'FEATURES_REQUIRED FEATURES_SCRIPT_FAILED FEATURE_UNKNOWN LOCKFILE_INVALID ' +
      'MANIFEST_INVALID NATIVE_LIBRARY_MISSING PROFILE_UNKNOWN REVISION_UNKNOWN RUST_TOO_OLD ' +
      'SCCACHE_INCREMENTAL SOURCES_MISSING SOURCES_MODIFIED SQLX_DATABASE_MISSING TARGET_MISSING ' +
      'TARGET_UNSUPPORTED TOOLCHAIN_MISSING',
    'Go modules':
      'GO_CACHE_UNUSABLE GO_CGO_OFF GO_DEPENDENCY_MISSING GO_FAILED GO_LINTER_MISSING ' +
      'GO_MODULE_MISSING GO_MOD_INVALID GO_MOD_UNTIDY GO_PACKAGE_LEFT_OUT GO_TOOLCHAIN_MISSING ' +
      'GO_TOO_OLD',
    'Go clients':
      'GENERATED_CODE_INVALID GENERATED_OPERATION_MISSING GENERATOR_FAILED GENERATOR_OUTPUT_MISSING ' +
      'GENERATOR_UNAVAILABLE OPENAPI_DOCUMENT_INVALID OPENAPI_NAME_COLLISION ' +
      'OPENAPI_OPERATION_ID_INVALID OPENAPI_REF_MISSING OPENAPI_REF_RENAMED OPENAPI_SCHEMA_CYCLE ' +
      'OPENAPI_UNSUPPORTED OVERLAY_INVALID OVERLAY_UNMATCHED',
    Images:
      'IMAGE_ARTIFACT_MISSING IMAGE_BASE_MISSING IMAGE_BASE_NOT_LOCKED IMAGE_CANNOT_RUN IMAGE_FILE_REFUSED IMAGE_INVALID ' +
      'IMAGE_LOAD_FAILED IMAGE_LOCK_INVALID IMAGE_MISSING_FROM_LAYOUT IMAGE_NAME_INVALID IMAGE_NOT_SIGNED ' +
      'IMAGE_NOT_VERIFIED IMAGE_TAG_INVALID',
    Registries:
      'REGISTRY_CONTENT_WRONG REGISTRY_CREDENTIALS_INVALID REGISTRY_LOGIN_REQUIRED REGISTRY_REFUSED REGISTRY_UNREACHABLE',
    Stacks:
      'COMPOSE_FILE_INVALID ENGINE_LOST ENGINE_MISSING ENGINE_UNREACHABLE FOLDER_NOT_WATCHED ' +
      'IMAGE_BUILD_FAILED IMAGE_MISSING IMAGE_UNREADABLE MOUNT_ARCHITECTURE_REFUSED ' +
      'MOUNT_BUILD_FAILED MOUNT_FORMAT_REFUSED MOUNT_GLIBC_TOO_NEW MOUNT_INTERPRETER_MISSING ' +
      'MOUNT_LIBRARY_MISSING MOUNT_NOT_EXECUTABLE MOUNT_SOURCE_IS_FOLDER MOUNT_SOURCE_MISSING ' +
      'PORT_IN_USE REAPER_FAILED SECRET_MISSING SERVICE_ENDED SERVICE_REMOVED SERVICE_UNHEALTHY SERVICE_UNKNOWN ' +
      'STACK_FAILED STACK_RUNNING STACK_TEST_FAILED STACK_TIMEOUT STACK_VARIABLE_MISSING',
  },
};

/** The error codes of earlier versions, and the current ones. docs/errors.md names both, so that it can be searched for either. */
export const renamedErrors: Readonly<Record<string, string>> = { GUARDIAN_FAILED: 'REAPER_FAILED' };
