import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '@millwright/toolkit';
import { changesTo, type Environment } from '../engine/environment.js';

/** The Nx variables that a nested Nx inherits from the task. All others identify the task itself. */
const inherited =
  /^(FORCE_COLOR|NX_(DAEMON|ISOLATE_PLUGINS|CACHE_DIRECTORY|WORKSPACE_DATA_DIRECTORY|PARALLEL|SKIP_NX_CACHE|SELF_HOSTED_.*|REJECT_UNKNOWN_LOCAL_CACHE))$/;

export interface NxRun {
  /** The environment in which the user started Nx. */
  readonly environment: Environment;
  /** Variables to add. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs Nx in the workspace, nested within the current task. */
export async function runNx(
  args: readonly string[],
  workspaceRoot: string,
  { environment, env = {}, onLine, signal }: NxRun,
): Promise<number | undefined> {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  const manifest = require.resolve('nx/package.json');
  const { bin } = require(manifest) as { bin: { nx: string } };
  const ofUser = Object.entries(environment).filter(([name]) => !name.startsWith('NX_'));
  const ofTask = Object.entries(process.env).filter(([name]) => inherited.test(name));
  const { exitCode } = await run(process.execPath, [join(dirname(manifest), bin.nx), ...args], {
    cwd: workspaceRoot,
    env: { ...changesTo(Object.fromEntries(ofUser)), ...Object.fromEntries(ofTask), NX_TUI: 'false', ...env },
    onStdout: onLine,
    onStderr: onLine,
    signal,
  });
  return exitCode;
}
