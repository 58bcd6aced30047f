import { type MillwrightError, shellWord } from '@millwright/toolkit/core';
import { ociError } from '../errors.js';
import { type HttpResponse, textOf } from './http.js';
import { longestWait, parseRetryAfter } from './retry.js';

/** A request that got no answer. */
export interface Failure {
  readonly error: unknown;
}

const errorLimit = 64 << 10;

/** Returns the error for a request that failed for good. */
export async function failureOf(
  registry: string,
  purpose: string,
  url: URL,
  outcome: HttpResponse | Failure,
): Promise<MillwrightError> {
  if ('error' in outcome) {
    const why = `${url.host}: ${reasonOf(outcome)}`;
    const isTls = /certificate|self.signed|SSL|wrong version number/i.test(why);
    return ociError('REGISTRY_UNREACHABLE', {
      what: purpose,
      why,
      cause: outcome.error,
      ...(isTls
        ? { remedy: 'pass the certificates of the registry with `ca`, or set `plainHttp` if it has none' }
        : url.pathname.includes('/blobs/uploads/') && /ECONNRESET|socket hang up/.test(why)
          ? {
              remedy:
                'check that the repository exists, because Amazon ECR closes the connection if it does not; ' +
                'then check the network and the proxy',
            }
          : {}),
    });
  }
  const { status, headers } = outcome;
  const said = messageIn(await textOf(outcome, errorLimit).catch(() => ''));
  if (status === 401 || status === 403) {
    const to = registry === 'docker.io' ? '' : ` ${shellWord(registry)}`;
    return ociError('REGISTRY_LOGIN_REQUIRED', {
      what: purpose,
      why: `${registry} answered ${status}${said}`,
      remedy: `log in as a user with access to the repository: docker login${to}`,
    });
  }
  const asked = parseRetryAfter(headers['retry-after'] ?? '', Date.now());
  const later =
    asked !== undefined && asked > longestWait
      ? `; the registry asks to try again in ${Math.round(asked / 1000)} s`
      : '';
  return ociError('REGISTRY_REFUSED', {
    what: purpose,
    why: `${registry} answered ${status}${said}${later}`,
  });
}

/** Returns why a request failed, as part of a sentence. */
export function reasonOf(outcome: HttpResponse | Failure): string {
  if (!('error' in outcome)) return `it answered ${outcome.status}`;
  const { error } = outcome;
  // Node tries every address of a host.
  if (error instanceof AggregateError)
    return error.errors.map((one: unknown) => reasonOf({ error: one })).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** Returns the first message in the body of an error (distribution-spec, "Error Codes"). */
function messageIn(text: string): string {
  try {
    const { errors } = JSON.parse(text) as {
      readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[];
    };
    const [first] = errors ?? [];
    const parts = [first?.code, first?.message].filter((part) => typeof part === 'string' && part !== '');
    return parts.length === 0 ? '' : ` (${parts.join(': ').slice(0, 300)})`;
  } catch {
    return '';
  }
}
