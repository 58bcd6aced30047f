import { gunzipSync } from 'node:zlib';

const block = 512;

/**
 * Returns what is dangerous in an archive: read by the plainest rules, in which each header's own name counts as well as every
 * name that an extension gives it.
 */
export function dangersOf(gzip: Buffer): string[] {
  const tar = gunzipSync(gzip);
  const members: ReadMember[] = [];
  let extended: { name?: string; target?: string } = {};
  for (let at = 0; at + block <= tar.length;) {
    const header = tar.subarray(at, at + block);
    at += block;
    if (header.every((byte) => byte === 0)) continue;
    const text = (from: number, length: number) =>
      header.toString('utf8', from, from + length).replace(/\0.*/s, '');
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    const type = String.fromCharCode(header[156] ?? 0);
    const body = tar.subarray(at, at + size);
    at += Math.ceil(size / block) * block;
    if (type === 'x') {
      extended = { ...extended, ...paxNames(body.toString('utf8')) };
      continue;
    }
    if (type === 'L' || type === 'K') {
      const long = body.toString('utf8').replace(/\0.*/s, '');
      extended = { ...extended, ...(type === 'L' ? { name: long } : { target: long }) };
      continue;
    }
    const prefix = text(257, 5) === 'ustar' && text(263, 2) === '00' ? text(345, 155) : '';
    const own = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    const path = extended.name ?? own;
    const link = extended.target ?? text(157, 100);
    extended = {};
    members.push({ type, path, link });
  }
  return dangersOfMembers(members);
}

/** A member, as a reader of archives understands it. */
export interface ReadMember {
  /** The character of its header. */
  readonly type: string;
  readonly path: string;
  readonly link: string;
}

/** Returns what is dangerous in an archive with these members. */
export function dangersOfMembers(members: readonly ReadMember[]): string[] {
  const links = new Map(
    members.filter(({ type }) => type === '2').map(({ path, link }) => [partsOf(path).join('/'), link]),
  );
  return members.flatMap(({ type, path, link }) => [
    ...(['0', '\0', '5', '2'].includes(type) ? [] : [`type ${JSON.stringify(type)}`]),
    ...(escapes(path, links) ? [`${JSON.stringify(path)} ${JSON.stringify(link)} leads outside`] : []),
  ]);
}

/** Whether a path leaves the folder that it starts in, when a system follows it and the links (path_resolution(7)). */
function escapes(path: string, links: ReadonlyMap<string, string>): boolean {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return true;
  const pending = path.split(/[/\\]/);
  const at: string[] = [];
  let followed = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    at.push(part);
    const link = links.get(at.join('/'));
    if (link === undefined) continue;
    if (link.startsWith('/')) return true;
    followed += 1;
    // Systems give up, too.
    if (followed > 40) return false;
    at.pop();
    pending.unshift(...link.split('/'));
  }
  return false;
}

const partsOf = (path: string) => path.split('/').filter((part) => part !== '' && part !== '.');

function paxNames(text: string): { name?: string; target?: string } {
  const names: { name?: string; target?: string } = {};
  for (const [, key, value] of text.matchAll(/^\d+ (path|linkpath)=(.*)$/gm))
    if (key === 'path') names.name = value ?? '';
    else names.target = value ?? '';
  return names;
}
