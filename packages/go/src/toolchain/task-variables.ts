import { inputsVariable } from '@millwright/toolkit';

/**
 * The variables through which the hook before all tasks passes what it found outside the repository to Nx's
 * hasher and to the tasks. Nx evaluates an `env` input at each invocation without starting a process.
 */
export const taskVariables = {
  /**
   * Hashed. A digest of the Go toolchain, its settings, and files outside the repository that modules read.
   */
  digest: 'MILLWRIGHT_GO_DIGEST',
  /** Hashed with cgo. A digest of the C compilers and their settings. */
  cgoDigest: 'MILLWRIGHT_CGO_DIGEST',
  /**
   * Not hashed, because `cgoDigest` includes it. A digest of the system libraries that C code names, or
   * empty.
   */
  libraries: 'MILLWRIGHT_CGO_LIBRARIES',
  /** Not hashed. The path of the `go` program. */
  program: 'MILLWRIGHT_GO',
  /** Not hashed. The platform that the command line selects. */
  selection: 'MILLWRIGHT_GO_SELECTION',
} as const;

/**
 * Returns the variables that a task is hashed with. All but the digests can be set in the task's own .env
 * file.
 */
export function hashedVariables(cgo: boolean): string[] {
  return [
    taskVariables.digest,
    ...(cgo ? [taskVariables.cgoDigest, 'CC', 'CXX', 'CGO_CFLAGS', 'CGO_LDFLAGS'] : []),
    'GOFLAGS',
    'GOEXPERIMENT',
    'GOWORK',
  ];
}

/** The prefix of the variables for undeclared inputs. */
export const undeclaredPrefix = 'MILLWRIGHT_GO_';

/**
 * Returns the hashed variable that represents the undeclared inputs of a target's results (see the
 * toolkit's README).
 * @param what the kind of target: `test`, `vet`, or `build` with its platform
 * @param key identifies the module
 */
export function inputsVariableOf(what: string, key: string): string {
  return inputsVariable(`${undeclaredPrefix}${what.replace(/\W/g, '_')}_${key}`.toUpperCase());
}

/**
 * The variables that configure the go command, except platform and paths (cmd/go, "Environment variables").
 */
export const goVariables =
  /^(GO(FLAGS|TOOLCHAIN|EXPERIMENT|WORK|DEBUG|FIPS140|386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64|WASM)|GO111MODULE)$/;

/**
 * Returns the variable, hashed by the targets of a platform, that changes whenever the command line selects
 * another platform.
 */
export function platformVariable(platform: string): string {
  return `MILLWRIGHT_GO_FOR_${platform.replace(/\W/g, '_').toUpperCase()}`;
}
