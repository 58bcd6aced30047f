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
