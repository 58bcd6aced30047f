import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** A member of a test archive. */
export type Member = Partial<Header> & { readonly name: string; readonly content?: string | Buffer };

/** The two members of every result. */
export const result: readonly Member[] = [
  { name: 'code', content: Buffer.alloc(4) },
  { name: 'terminalOutput', content: 'built\n' },
];

/** Returns a gzip tar with members, as Nx writes it for the result of a task. */
export async function archive(members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of members) tar.entry({ mtime: new Date(0), ...header }, content ?? '');
  tar.finalize();
  return gzipSync(await buffer(tar));
}
