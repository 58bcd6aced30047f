import { isIPv4 } from 'node:net';
import { answerText, unwrap } from '../client/answers.js';
import type { Api } from '../client/api.js';
import type { Fetch } from '../client/transport.js';
import { doubts } from '../client/version.js';
import { windmillError } from '../errors.js';
import type { ServerFacts } from './types.js';

/**
 * Checks that a server answers, knows the token, and does not accept requests without one.
 * @param plain requests without the token
 */
export async function checkServer(
  api: Api,
  baseUrl: string,
  plain: Fetch,
  signal: AbortSignal,
): Promise<ServerFacts> {
  const version = await unwrap(
    api.GET('/version', { parseAs: 'text', signal }),
    'read the version of the server',
  );
  if (!isLoopback(new URL(baseUrl).hostname)) {
    const answer = await plain(new Request(`${baseUrl.replace(/\/+$/, '')}/api/users/whoami`, { signal }));
    await answer.body?.cancel();
    if (answer.status === 200) {
      throw windmillError('SERVER_UNPROTECTED', {
        what: `the Windmill server at ${new URL(baseUrl).origin} accepts requests without a token`,
        why: 'everybody who can connect to the server has the rights of an administrator',
      });
    }
  }
  const who = await api.GET('/users/whoami', { signal });
  if (who.response.status === 401) {
    throw windmillError('TOKEN_REJECTED', {
      what: `the Windmill server at ${new URL(baseUrl).origin} does not accept the token`,
      why: answerText(who.error),
    });
  }
  return { version, warnings: doubts(version), simulated: false };
}

/** Tells whether a host name is this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}
