const blockSize = 512;
/** Files, folders, and the extension headers of POSIX and GNU for the next member. */
const memberTypes = ['0', '\0', '5'];
const extensionTypes = ['x', 'L'];
/** The types that symbolic links add: the link itself, and GNU's header of a long target. */
const linkType = '2';
const longTargetType = 'K';
/** Programs keep extension headers in memory. A path takes a few kilobytes. */
const largestExtension = 1 << 20;
const ambiguous = 'programs would read different members from it';
/** Descriptions of the other types. */
const otherTypes: Readonly<Record<string, string>> = {
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '6': 'FIFO',
  g: 'global header',
  K: 'long link',
  S: 'sparse file',
};

/**
 * Validates the blocks of a tar archive (POSIX.1-2024, pax). Rejects everything that programs interpret differently:
 * data after the end of the archive, sizes that are not octal numbers, several extension headers for a member, and types
 * other than files and folders.
 */
export class TarLayout {
  /** The sizes of the members in order, in bytes. */
  readonly sizes: number[] = [];
  #header: Buffer[] = [];
  #filled = 0;
  #toSkip = 0;
  #zeroBlocks = 0;
  /** The types of the extension headers of the next member. */
  #extensions = '';
  readonly #memberTypes: readonly string[];
  readonly #extensionTypes: readonly string[];
  readonly #accepted: string;

  /** @param options.links whether symbolic links are accepted */
  constructor({ links = false }: { readonly links?: boolean } = {}) {
    this.#memberTypes = links ? [...memberTypes, linkType] : memberTypes;
    this.#extensionTypes = links ? [...extensionTypes, longTargetType] : extensionTypes;
    this.#accepted = links
      ? 'only files, folders and symbolic links are accepted'
      : 'only files and folders are unpacked';
  }

  /** @throws Error if the archive is rejected */
  add(chunk: Buffer): void {
    for (let offset = 0; offset < chunk.length;) {
      if (this.#toSkip > 0) {
        const length = Math.min(this.#toSkip, chunk.length - offset);
        this.#toSkip -= length;
        offset += length;
        continue;
      }
      const part = chunk.subarray(offset, offset + blockSize - this.#filled);
      this.#header.push(part);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === blockSize) this.#readHeader(Buffer.concat(this.#header));
    }
  }

  /** @throws Error if the archive is truncated */
  end(): void {
    if (this.#zeroBlocks < 2 || this.#filled > 0) throw new Error('it is truncated');
  }

  #readHeader(block: Buffer): void {
    this.#header = [];
    this.#filled = 0;
    if (block.every((byte) => byte === 0)) {
      if (this.#extensions !== '') throw new Error(ambiguous);
      this.#zeroBlocks += 1;
      return;
    }
    if (this.#zeroBlocks > 0) throw new Error('it has data after its end');
    const type = String.fromCharCode(block[156] ?? 0);
    if (!this.#memberTypes.includes(type) && !this.#extensionTypes.includes(type))
      throw new Error(`it has a ${otherTypes[type] ?? 'member of an unknown type'}; ${this.#accepted}`);
    const field = block.toString('latin1', 124, 136);
    if (!/^ *[0-7]+[ \0]*$/.test(field)) throw new Error('the size of a member is not a number');
    const size = Number.parseInt(field.trim(), 8);
    // Python's tarfile takes these bytes for the start of the name in every format, other programs only in that of POSIX.
    const isPosix = block.toString('latin1', 257, 265) === 'ustar\u000000';
    if (!isPosix && block.subarray(345, 500).some((byte) => byte !== 0)) throw new Error(ambiguous);
    if ((type === '5' || type === linkType) && size > 0)
      throw new Error(`it has a ${type === '5' ? 'folder' : 'symbolic link'} with content`);
    const isExtension = this.#extensionTypes.includes(type);
    if (isExtension && size > largestExtension) throw new Error('a header of a member has more than 1 MiB');
    // GNU tar writes one header for a long name and one for a long target. All other combinations are ambiguous.
    if (isExtension && !['', 'K', 'L'].includes(this.#extensions)) throw new Error(ambiguous);
    if (isExtension && this.#extensions !== '' && [this.#extensions, 'x'].includes(type))
      throw new Error(ambiguous);
    this.#extensions = isExtension ? this.#extensions + type : '';
    if (!isExtension) this.sizes.push(size);
    this.#toSkip = Math.ceil(size / blockSize) * blockSize;
  }
}
