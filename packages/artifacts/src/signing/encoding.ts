/** The texts that minisign's files are made of: comment lines and base64 lines (https://jedisct1.github.io/minisign/). */

/** The first line of every file of minisign. Whoever has the file can change what follows. */
export const untrustedPrefix = 'untrusted comment: ';
/** The third line of a signature, which the global signature covers. */
export const trustedPrefix = 'trusted comment: ';

/** Both algorithms of minisign are Ed25519; for the second, the content is hashed with BLAKE2b-512 first. */
export const algorithms = { legacy: Buffer.from('Ed'), prehashed: Buffer.from('ED') } as const;

/** The lines of a file, without the ends of lines of any system and without empty lines at the end. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/[\r\n]+$/, '').split(/\r?\n/);
}

/**
 * The bytes of a base64 line.
 * @returns undefined unless it is the one base64 text of exactly that many bytes
 */
export function decodeBase64(line: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(line, 'base64');
  return bytes.length === length && bytes.toString('base64') === line ? bytes : undefined;
}

/** Consecutive parts of the given lengths, in bytes. */
export function split<const Lengths extends readonly number[]>(
  bytes: Buffer,
  lengths: Lengths,
): { readonly [Index in keyof Lengths]: Buffer } {
  let offset = 0;
  const parts = lengths.map((length) => bytes.subarray(offset, (offset += length)));
  return parts as unknown as { readonly [Index in keyof Lengths]: Buffer };
}
