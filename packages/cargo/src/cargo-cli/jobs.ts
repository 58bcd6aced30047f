/** What a compiler of a large crate takes, in bytes. */
const memoryPerJob = 1024 ** 3;

/**
 * How many compilers may run at once without running out of memory.
 * @param cores what this process may use, cgroup limits included
 * @param memory free memory in bytes, cgroup limits included
 * @returns undefined where cargo's own choice, a job per core, fits
 */
export function jobsFor(cores: number, memory: number): number | undefined {
  const fitting = Math.max(1, Math.floor(memory / memoryPerJob));
  return fitting < cores ? fitting : undefined;
}

/** Whether cargo or one of its compilers was killed, by what it says of that, or the linker by what gcc says. */
export function wasKilled(log: string, signal: NodeJS.Signals | undefined): boolean {
  return (
    signal === 'SIGKILL' ||
    /\(signal: 9, SIGKILL: kill\)|terminated with signal 9 \[Killed\]|fatal error: Killed signal terminated program/.test(
      log,
    )
  );
}

/** The arguments and environment of a second try with fewer jobs. */
export function withJobs(args: readonly string[], jobs: number): string[] {
  const kept = args.filter((arg, index) => {
    return !/^(-j\d*|--jobs(=.*)?)$/.test(arg) && !/^(-j|--jobs)$/.test(args[index - 1] ?? '');
  });
  return [...kept, '--jobs', String(jobs)];
}

/** How many jobs the user asks for; undefined where it is left to us. */
export function requestedJobs(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  configured: unknown,
): number | undefined {
  const at = args.findIndex((arg) => /^(-j\d*|--jobs(=.*)?)$/.test(arg));
  const joined = args[at]?.replace(/^(-j|--jobs=?)/, '');
  const inArgs = joined === '' ? args[at + 1] : joined;
  const asked = Number(at === -1 ? (env.CARGO_BUILD_JOBS ?? configured) : inArgs);
  return Number.isInteger(asked) && asked > 0 ? asked : undefined;
}
