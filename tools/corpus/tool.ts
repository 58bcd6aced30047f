import { spawnSync } from 'node:child_process';

export interface ToolResult {
  readonly succeeded: boolean;
  /** Why it failed, in one line. */
  readonly reason: string;
  readonly stdout: string;
}

const megabyte = 1024 * 1024;

/** Runs cargo or go with low priority and a time limit. */
export function tool(
  folder: string,
  program: string,
  args: readonly string[],
  { minutes = 30, env = {} }: { minutes?: number; env?: NodeJS.ProcessEnv } = {},
): ToolResult {
  const { status, error, stdout, stderr } = spawnSync('nice', [program, ...args], {
    cwd: folder,
    env: { ...process.env, RUSTC_WRAPPER: '', ...env },
    encoding: 'utf8',
    timeout: minutes * 60_000,
    maxBuffer: 512 * megabyte,
  });
  const timedOut = (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  const reason = timedOut ? `${program} took more than ${minutes} minutes` : firstError(stderr);
  return { succeeded: status === 0, reason, stdout };
}

/** @throws Error with the program's output */
export function mustTool(folder: string, program: string, ...args: readonly string[]): string {
  const { succeeded, reason, stdout } = tool(folder, program, args);
  if (!succeeded) throw new Error(`${program} ${args.join(' ')}: ${reason}`);
  return stdout;
}

function firstError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^(error|go:|.*\.go:\d+)/.test(line)) ?? lines.findLast((line) => line !== '') ?? ''
  );
}
