import type { ExecutorContext } from '@nx/devkit';
import { buildFirst } from '../../lifecycle/build.js';
import { check as checkMounts } from '../../lifecycle/start.js';
import { open, type Session } from '../../session/session.js';

/** Checks the mounts against the images of their services. Starts nothing. */
export async function check(session: Session, context: ExecutorContext): Promise<boolean> {
  const opened = await open(session);
  await buildFirst(opened, context, new AbortController().signal);
  await checkMounts(opened);
  return true;
}
