import type { ExecutorContext } from '@nx/devkit';
import { hostPlatform, platformSlug } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { Stopped } from '../session/failures.js';
import { projectsOf } from '../manifests/mounts.js';
import { runNx } from './nx.js';
import type { Session } from '../session/session.js';

/** Builds that take longer, in milliseconds, show their lines as they come. */
const silence = 10_000;

/**
 * Builds what is mounted, by Nx within this task; its lines are shown where that fails or takes a while.
 * @returns the exit code
 */
export async function buildMounts(
  { options, environment, say }: Session,
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const byTarget = Map.groupBy(options.mounts, ({ target }) => target ?? `build-${platformSlug(platform)}`);
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
    const held: string[] = [];
    let isLong = false;
    const show = () => {
      isLong = true;
      for (const line of held.splice(0)) say(line);
    };
    const timer = setTimeout(show, silence);
    const onLine = (line: string) => {
      if (isLong) say(line);
      else held.push(line);
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
 * Builds what a configuration mounts that the target does not depend on: Nx knows dependencies of targets, but none of
 * single configurations.
 * @throws MillwrightError MOUNT_BUILD_FAILED; Stopped
 */
export async function buildFirst(
  session: Session,
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<void> {
  if (!session.options.build) return;
  const names = projectsOf(session.options.mounts).join(', ');
  session.say(`${session.stack}: building ${names}`);
  const exitCode = await buildMounts(session, context, signal);
  if (exitCode === 0) return;
  if (signal.aborted) throw new Stopped();
  throw composeError('MOUNT_BUILD_FAILED', {
    what: `what ${session.stack} mounts cannot be built`,
    why: exitCode === undefined ? 'the build was ended by a signal' : `Nx ended with exit code ${exitCode}`,
  });
}
