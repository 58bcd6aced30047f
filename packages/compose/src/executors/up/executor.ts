import type { ExecutorContext } from '@nx/devkit';
import { announce } from '../../following/announce.js';
import { buildFirst } from '../../lifecycle/build.js';
import { follow } from '../../following/follow.js';
import { LogFollower } from '../../following/logs.js';
import { withRun } from '../../lifecycle/run.js';
import { open, type Session } from '../../session/session.js';
import { startStack } from '../../lifecycle/start.js';

/**
 * Starts the stack, prints its addresses, and keeps it running until a signal arrives, a service ends, or
 * another process takes the stack down.
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
