import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit';

/** Errors of Go modules. */
const modules = {
  GO_MOD_INVALID: {
    meaning: 'go.mod or go.work is invalid. All targets of a module with an invalid go.mod fail.',
    remedy:
      'fix the file; if it is a template, exclude it in .nxignore, or with the plugin option "exclude" in nx.json',
  },
  GO_MOD_UNTIDY: {
    meaning: 'go.mod or go.sum does not match the imports of a module.',
    remedy: 'run nx run <module>:tidy, and commit the changes',
  },
  GO_CGO_OFF: {
    meaning: 'A Go package uses C code (import "C"), but cgo is off, so go excludes these files.',
    remedy: 'set "cgo": true in the options of the target (project.json) or of the plugin (nx.json)',
  },
  GO_PACKAGE_LEFT_OUT: {
    meaning: 'All Go files of a package are excluded on this platform by build constraints or file names.',
    remedy: 'build for another platform, or correct the //go:build constraints and file names',
  },
  GO_FAILED: {
    meaning: 'go failed for a reason other than a compile error.',
    remedy: 'fix the error that go reports; --verbose shows all of its output',
  },
  GO_CACHE_UNUSABLE: {
    meaning:
      'go cannot use its cache folder: HOME is not set, as often in containers and services, or the current user cannot write to it.',
    remedy:
      'set HOME, or GOCACHE and GOPATH, to absolute paths of folders that the current user can write to',
  },
  GO_TOOLCHAIN_MISSING: {
    meaning: 'Go is not installed, or the installed go command does not work.',
    remedy: 'install Go (https://go.dev/dl), and check that go is on PATH',
  },
  GO_LINTER_MISSING: {
    meaning: 'A module has a golangci-lint configuration, but golangci-lint is not installed.',
    remedy: 'install golangci-lint (https://golangci-lint.run/docs/welcome/install)',
  },
  GO_TOO_OLD: {
    meaning:
      'A Go module or an OpenAPI code generator requires a newer version of Go than the installed one.',
    remedy:
      'install a newer Go, or set GOTOOLCHAIN=auto, so that the go command downloads one; if an OpenAPI code generator requires the newer Go, you can set `generatorVersion` to an older version instead',
  },
  GO_MODULE_MISSING: {
    meaning: 'The project of a generated client is not in a Go module, so the client cannot be built.',
    remedy: "run go mod init in the project's folder, or nx g @millwright/go:client",
  },
  GO_DEPENDENCY_MISSING: {
    meaning: 'Generated code imports a package that go.mod and go.sum of the project do not provide.',
    remedy: 'run the target once with --tidy, and commit go.mod and go.sum',
  },
} satisfies ErrorCatalogue;

/** Errors of `go-openapi-generate`, which generates Go clients. */
const clients = {
  OPENAPI_DOCUMENT_INVALID: {
    meaning: 'A file is empty, is not valid YAML or JSON, or is not an OpenAPI 3.0 or 3.1 document.',
    remedy: 'fix the file at the given line',
  },
  OPENAPI_REF_MISSING: {
    meaning: 'A $ref points to a file or location that does not exist, or to a URL.',
    remedy: 'correct the $ref, or add its target',
  },
  OPENAPI_REF_RENAMED: {
    meaning: 'Two files define different components with the same name.',
    remedy: 'rename one of them, or set the option `renames` to `report`',
  },
  OPENAPI_SCHEMA_CYCLE: {
    meaning:
      'A schema requires itself, so no finite value can satisfy it; or a reference leads back to itself.',
    remedy:
      'break the cycle: make a property optional or nullable, use a list, or replace one of the references with a definition',
  },
  OPENAPI_NAME_COLLISION: {
    meaning: 'Two operations or two schemas would have the same name in Go.',
    remedy: 'rename one of them, in the document or in an overlay',
  },
  OPENAPI_OPERATION_ID_INVALID: {
    meaning: 'An operationId has no letters, so it cannot be the name of a Go method.',
    remedy: 'correct the operationId, in the document or in an overlay',
  },
  OPENAPI_UNSUPPORTED: {
    meaning: 'A document uses a part of OpenAPI that the generator does not support.',
    remedy: 'change the document, use an overlay, or use another generator',
  },
  OVERLAY_INVALID: {
    meaning: 'A file is not an OpenAPI Overlay 1.0 document, or one of its actions cannot be applied.',
    remedy: 'fix the overlay at the given line',
  },
  OVERLAY_UNMATCHED: {
    meaning: 'The target of an overlay action matches nothing in the document.',
    remedy: 'correct the target of the action, or remove the action',
  },
  GENERATOR_UNAVAILABLE: {
    meaning:
      'A code generator is not available: it cannot be installed or started, or its version differs from the requested one.',
    remedy: 'check the connection to the Go module proxy (GOPROXY), and that the requested version exists',
  },
  GENERATOR_FAILED: {
    meaning: 'A code generator, or the script of the option `script`, failed.',
    remedy: 'fix the reported error; --verbose shows the complete output',
  },
  GENERATOR_OUTPUT_MISSING: {
    meaning: 'A code generator, or the script of the option `script`, succeeded, but wrote no Go code.',
    remedy: 'check which path the generator or script writes to, and set the option `output` to this path',
  },
  GENERATED_OPERATION_MISSING: {
    meaning: 'A generated client has no method for an operation of the document.',
    remedy: 'check that the configuration of the generator includes the operation',
  },
  GENERATED_CODE_INVALID: {
    meaning: 'Generated code cannot be formatted, built or vetted. The previous code was kept.',
    remedy: 'in the document or an overlay, change the operation or schema that the error names',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [
  { title: 'Go modules', entries: modules },
  { title: 'Go clients', entries: clients },
];

export const goError = errorFactory({ ...sharedErrors, ...modules, ...clients });

export type GoErrorCode = Parameters<typeof goError>[0];
