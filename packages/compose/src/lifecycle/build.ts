import type { ExecutorContext } from '@nx/devkit';
import { hostPlatform, platformSlug } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { Stopped } from '../session/failures.js';
import { projectsOf, targetOf } from '../manifests/mounts.js';
import { runNx } from './nx.js';
import type { Session } from '../session/session.js';

/** After this time, in milliseconds, a build prints its output as it arrives. */
const quietMilliseconds = 10_000;

/**
 * Builds the mounts with an Nx process within this task. Prints its output only if it fails or takes a
 * while.
 * @returns the exit code
 */
export async function buildMounts(
  { options, environment, print }: Session,
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const build = `build-${platformSlug(platform)}`;
  const byTarget = Map.groupBy(options.mounts, (mount) => targetOf(mount, build));
  for (const [target, mounts] of byTarget) {
    const args = [
      'run-many',
      '--target',
      target,
      '--projects',
      projectsOf(mounts).join(','),
      '--output-style',
      'stream',
    ];
    const configured =
      options.configuration === 'release' ? args : [...args, '--configuration', options.configuration];
    const buffered: string[] = [];
    let isLong = false;
    const show = () => {
      isLong = true;
      for (const line of buffered.splice(0)) print(line);
    };
    const timer = setTimeout(show, quietMilliseconds);
    const onLine = (line: string) => {
      if (isLong) print(line);
      else buffered.push(line);
    };
    const exitCode = await runNx(configured, context.root, { environment, onLine, signal });
    clearTimeout(timer);
    if (exitCode === 0) continue;
    show();
    return exitCode;
  }
  return 0;
}

/**
 * Builds the mounts of a configuration that the target does not depend on. Nx supports dependencies per
 * target, but not per configuration.
 * @throws MillwrightError MOUNT_BUILD_FAILED; Stopped
 */
export async function buildFirst(
  session: Session,
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<void> {
  if (!session.options.build) return;
  const names = projectsOf(session.options.mounts).join(', ');
  session.print(`${session.stack}: building ${names}`);
  const exitCode = await buildMounts(session, context, signal);
  if (exitCode === 0) return;
  if (signal.aborted) throw new Stopped();
  throw composeError('MOUNT_BUILD_FAILED', {
    what: `failed to build the binaries that ${session.stack} mounts`,
    why:
      exitCode === undefined ? 'the build was terminated by a signal' : `Nx ended with exit code ${exitCode}`,
  });
}
