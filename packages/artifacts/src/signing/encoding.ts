/**
 * The text format of minisign's files: comment lines and base64 lines
 * (https://jedisct1.github.io/minisign/).
 */

/** The first line of every minisign file. It is not protected against changes. */
export const untrustedPrefix = 'untrusted comment: ';
/** The third line of a signature, which the global signature protects. */
export const trustedPrefix = 'trusted comment: ';

/** Both minisign algorithms are Ed25519. For the second, the content is hashed with BLAKE2b-512 first. */
export const algorithms = { legacy: Buffer.from('Ed'), prehashed: Buffer.from('ED') } as const;

/**
 * Returns the lines of a file, without line breaks of any system, without the byte order mark of Windows editors, and
 * without empty lines at the end. Decodes files of Tauri, which are those of minisign in base64.
 */
export function linesOf(text: string): readonly string[] {
  return (isInBase64(text) ? Buffer.from(text, 'base64').toString('utf8') : text)
    .replace(/^\uFEFF/, '')
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/);
}

/** Returns true for the base64 of a minisign file, as Tauri writes keys and signatures. */
export function isInBase64(text: string): boolean {
  return encodedFile.test(text.trim());
}

/** The base64 of `untrusted comment:` and what follows. */
const encodedFile = /^dW50cnVzdGVkIGNvbW1lbnQ6[A-Za-z0-9+/\s]+={0,2}$/;

/**
 * Decodes a base64 line.
 * @returns undefined unless it is the canonical base64 text of exactly that many bytes
 */
export function decodeBase64(line: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(line, 'base64');
  return bytes.length === length && bytes.toString('base64') === line ? bytes : undefined;
}

/** Splits bytes into consecutive parts of the given lengths. */
export function split<const Lengths extends readonly number[]>(
  bytes: Buffer,
  lengths: Lengths,
): { readonly [Index in keyof Lengths]: Buffer } {
  let offset = 0;
  const parts = lengths.map((length) => bytes.subarray(offset, (offset += length)));
  return parts as unknown as { readonly [Index in keyof Lengths]: Buffer };
}
