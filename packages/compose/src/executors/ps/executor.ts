import type { Session } from '../../session/session.js';
import { show } from '../../session/show.js';

/** Prints the stack's containers, as Compose lists them. */
export function ps(session: Session): Promise<boolean> {
  return show(session, 'ps');
}
