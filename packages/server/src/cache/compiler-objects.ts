import { type TrustClass, trustGroup } from '../identity/trust-class.js';

/**
 * What compilers store: sccache through WebDAV, and Go through `millwright cache go`. Objects are entries like the results of
 * Nx, with the same classes, quotas and revocation. Their keys have a slash, which hashes of Nx do not have, so that neither is
 * ever served as the other.
 */

/** Where compilers find their objects at a server, and at a proxy. */
export const compilersPath = '/v1/compilers/';

const keyForm = /^(sccache|go)(\/(?!\.{1,2}(\/|$))[\w.-]{1,100}){1,10}$/;
const folderForm = /^(sccache|go)(\/(?!\.{1,2}(\/|$))[\w.-]{1,100}){0,10}\/?$/;

/** Returns the key of an object from a path, or undefined if it is none: `sccache/0/1/2/012…`, `go/<action>`. */
export function objectKey(path: string): string | undefined {
  const key = path.slice(compilersPath.length);
  return path.startsWith(compilersPath) && keyForm.test(key) ? key : undefined;
}

/**
 * Whether a class may store objects. Pull requests only read: what they compile is worth little to anybody else, and would be
 * the first thing that an attacker stores.
 */
export function mayWriteObjects(trustClass: TrustClass): boolean {
  return trustGroup(trustClass) !== 'pr';
}

/** An answer that does not depend on what is stored. */
export interface ProtocolAnswer {
  readonly status: number;
  /** XML. */
  readonly body?: string;
}

/**
 * Returns the answers of WebDAV (RFC 4918) that sccache 0.16 needs besides those to GET and PUT of objects: folders exist if
 * their names are valid, and the probe at its start says whether it may write.
 * @returns undefined if the answer depends on what is stored
 */
export function protocolAnswer(
  method: string,
  path: string,
  trustClass: TrustClass,
): ProtocolAnswer | undefined {
  const isFolder = folderForm.test(path.slice(compilersPath.length));
  if (method === 'PROPFIND')
    return isFolder ? { status: 207, body: folderProperties(path) } : { status: 404 };
  if (method === 'MKCOL') return { status: isFolder ? 201 : 404 };
  if (method === 'PUT' && !mayWriteObjects(trustClass)) return { status: 403 };
  const isProbe = /\/sccache\/(.+\/)?\.sccache_check$/.test(path);
  if (isProbe) return { status: method === 'PUT' ? 201 : 404 };
  return undefined;
}

/** The path has no characters that XML escapes. */
function folderProperties(path: string): string {
  const date = new Date(0).toUTCString();
  return `<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>${path}</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype><D:getlastmodified>${date}</D:getlastmodified></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`;
}
