import type { ExecutorContext } from '@nx/devkit';
import { announce } from '../../following/announce.js';
import { buildFirst } from '../../lifecycle/build.js';
import { follow } from '../../following/follow.js';
import { LogFollower } from '../../following/logs.js';
import { withRun } from '../../lifecycle/run.js';
import { open, type Session } from '../../session/session.js';
import { startStack } from '../../lifecycle/start.js';

/**
 * Starts a stack, says where it is to be reached, and keeps it until a signal comes, a service ends, or the stack is
 * taken down by another process.
 */
export async function up(session: Session, context: ExecutorContext): Promise<boolean> {
  return withRun(session, async (run) => {
    const opened = await open(session);
    await buildFirst(opened, context, run.signal);
    const running = await startStack(opened, run);
    await announce(running);
    await follow(running, new LogFollower(running));
    return true;
  });
}
