import type { CatalogueEntry } from './catalogue-entry.js';

/** What goes wrong with Go modules: `@millwright/go`. */
export const go = {
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
} satisfies Record<string, CatalogueEntry>;
