import type { Session } from '../../session/session.js';
import { show } from '../../session/show.js';

/** The services' logs so far. */
export function logs(session: Session): Promise<boolean> {
  return show(session, 'logs');
}
