/** The memory that compiling a large crate takes, in bytes. */
const memoryPerJob = 1024 ** 3;

/**
 * Returns how many compilers can run at once without running out of memory.
 * @param cores the cores that this process may use, with cgroup limits applied
 * @param memory free memory in bytes, with cgroup limits applied
 * @returns undefined if cargo's default of one job per core fits
 */
export function jobsFor(cores: number, memory: number): number | undefined {
  const jobs = Math.max(1, Math.floor(memory / memoryPerJob));
  return jobs < cores ? jobs : undefined;
}

/** Returns whether cargo, a compiler or a linker was killed, according to the signal and to the output of cargo and gcc. */
export function wasKilled(log: string, signal: NodeJS.Signals | undefined): boolean {
  return (
    signal === 'SIGKILL' ||
    /\(signal: 9, SIGKILL: kill\)|terminated with signal 9 \[Killed\]|fatal error: Killed signal terminated program/.test(
      log,
    )
  );
}

/** Returns the arguments with another number of jobs. */
export function withJobs(args: readonly string[], jobs: number): string[] {
  const otherArgs = args.filter((arg, index) => {
    return !/^(-j\d*|--jobs(=.*)?)$/.test(arg) && !/^(-j|--jobs)$/.test(args[index - 1] ?? '');
  });
  return [...otherArgs, '--jobs', String(jobs)];
}

/** Returns the number of jobs that the user set; undefined if not set. */
export function requestedJobs(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  configured: unknown,
): number | undefined {
  const at = args.findIndex((arg) => /^(-j\d*|--jobs(=.*)?)$/.test(arg));
  const joined = args[at]?.replace(/^(-j|--jobs=?)/, '');
  const inArgs = joined === '' ? args[at + 1] : joined;
  const jobs = Number(at === -1 ? (env.CARGO_BUILD_JOBS ?? configured) : inArgs);
  return Number.isInteger(jobs) && jobs > 0 ? jobs : undefined;
}
