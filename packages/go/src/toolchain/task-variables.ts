import { inputsVariable } from '@millwright/toolkit';

/**
 * The variables through which the hook that runs before all tasks tells Nx's hasher, and then the tasks, what it
 * found outside the repository. Nx evaluates an `env` input anew at each invocation and starts no process for it.
 */
export const taskVariables = {
  /** Hashed: a digest of the Go toolchain, its settings, and what modules read out of the repository. */
  digest: 'MILLWRIGHT_GO_DIGEST',
  /** Hashed with cgo: a digest of the C compilers and their settings. */
  cgoDigest: 'MILLWRIGHT_CGO_DIGEST',
  /** Not hashed, since the digest above holds it: a digest of the system's libraries that C code names; or empty. */
  libraries: 'MILLWRIGHT_CGO_LIBRARIES',
  /** Not hashed: the path of the `go` program. */
  program: 'MILLWRIGHT_GO',
  /** Not hashed: the platform that the command line asks for. */
  selection: 'MILLWRIGHT_GO_SELECTION',
} as const;

/** What a task is hashed with; the last ones may be set in a task's own .env file. */
export function hashedVariables(cgo: boolean): string[] {
  return [
    taskVariables.digest,
    ...(cgo ? [taskVariables.cgoDigest, 'CC', 'CXX', 'CGO_CFLAGS', 'CGO_LDFLAGS'] : []),
    'GOFLAGS',
    'GOEXPERIMENT',
    'GOWORK',
  ];
}

/** What the names of the variables for undeclared inputs begin with. */
export const undeclaredPrefix = 'MILLWRIGHT_GO_';

/**
 * Hashed: stands for what a target's results read and the target does not declare; see the toolkit's README.
 * @param what the kind of the target: `test`, `vet`, or `build` with its platform
 * @param key tells the module apart
 */
export function inputsVariableOf(what: string, key: string): string {
  return inputsVariable(`${undeclaredPrefix}${what.replace(/\W/g, '_')}_${key}`.toUpperCase());
}

/** What the go command takes its orders from (cmd/go, "Environment variables"); platform and paths left out. */
export const goVariables =
  /^(GO(FLAGS|TOOLCHAIN|EXPERIMENT|WORK|DEBUG|FIPS140|386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64|WASM)|GO111MODULE)$/;

/** Hashed by the targets of a platform: differs each time that the command line asks for another one. */
export function platformVariable(platform: string): string {
  return `MILLWRIGHT_GO_FOR_${platform.replace(/\W/g, '_').toUpperCase()}`;
}
