import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '@millwright/toolkit';

/** What an Nx within a task takes over from the Nx that runs the task; all else says which task that is. */
const inherited =
  /^NX_(DAEMON|ISOLATE_PLUGINS|CACHE_DIRECTORY|WORKSPACE_DATA_DIRECTORY|PARALLEL|SKIP_NX_CACHE|SELF_HOSTED_.*|REJECT_UNKNOWN_LOCAL_CACHE)$/;

export interface NxRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs Nx itself in the workspace, beside the task that this process runs. */
export async function runNx(
  args: readonly string[],
  workspaceRoot: string,
  { env = {}, onLine, signal }: NxRun,
): Promise<number | undefined> {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  const manifest = require.resolve('nx/package.json');
  const { bin } = require(manifest) as { bin: { nx: string } };
  const ofTask = Object.keys(process.env).filter((name) => name.startsWith('NX_') && !inherited.test(name));
  const { exitCode } = await run(process.execPath, [join(dirname(manifest), bin.nx), ...args], {
    cwd: workspaceRoot,
    env: { ...Object.fromEntries(ofTask.map((name) => [name, undefined])), NX_TUI: 'false', ...env },
    onStdout: onLine,
    onStderr: onLine,
    signal,
  });
  return exitCode;
}
