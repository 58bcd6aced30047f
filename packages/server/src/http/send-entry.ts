import type { FastifyReply, FastifyRequest } from 'fastify';
import { dropEntry, findEntry } from '../cache/entries.js';
import { signEntry } from '../identity/signing-key.js';
import type { Principal } from '../identity/tokens.js';
import type { Context } from './context.js';

/**
 * Answers a read with the content of the entry that the reader gets, and a signature of the server for it; with 404 if there is
 * none. An entry whose content is lost is revoked.
 * @param hash undefined if what was asked for is no name of an entry
 * @param project of the task that asks, if it is known
 */
export async function sendEntry(
  { database, blobs, usage, key, metrics }: Context,
  principal: Principal,
  { hash, project }: { readonly hash: string | undefined; readonly project?: string | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { workspace } = principal;
  const entry = hash === undefined ? undefined : await findEntry(database, principal, hash);
  const blob = entry && (await blobs.read(entry.digest));
  if (hash === undefined || entry === undefined || blob?.size !== entry.size) {
    if (hash !== undefined && entry !== undefined) {
      blob?.content.destroy();
      request.log.error({ digest: entry.digest }, 'the content of an entry is missing or incomplete');
      await dropEntry(database, workspace, entry, hash);
    }
    metrics.requests.inc({ method: 'GET', result: 'miss' });
    usage.count(principal, project, { misses: 1 });
    return reply.code(404).send();
  }
  metrics.requests.inc({ method: 'GET', result: 'hit' });
  metrics.bytes.inc({ direction: 'sent' }, blob.size);
  usage.count(principal, project ?? entry.project ?? undefined, { hits: 1, readBytes: blob.size });
  const { digest, trustClass } = entry;
  return reply
    .headers({
      'content-type': 'application/octet-stream',
      'content-length': blob.size,
      'millwright-digest': digest,
      'millwright-trust-class': trustClass,
      'millwright-signature': signEntry(key, { workspace, trustClass, hash, digest }),
    })
    .send(blob.content);
}
