import type { Session } from '../../session/session.js';
import { show } from '../../session/show.js';

/** Prints the logs of the services up to now. */
export function logs(session: Session): Promise<boolean> {
  return show(session, 'logs');
}
