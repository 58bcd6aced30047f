import type { Readable } from 'node:stream';

/** Content that arrived and was hashed, in a temporary file: it is stored by `keep` or dropped by `discard`. */
export interface Received {
  /** The SHA-256, in hex. */
  readonly digest: string;
  readonly size: number;
  readonly path: string;
  /** Does the slow part of `keep` before the lock of the digest is taken. */
  readonly stage: () => Promise<void>;
  /** Makes sure that the store has the content. The caller holds the lock of the digest. */
  readonly keep: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** Thrown if content is larger than allowed. */
export class TooLarge extends Error {}

/** The content of a blob. The reader consumes or destroys it. */
export interface StoredBlob {
  readonly size: number;
  readonly content: Readable;
}

/** Blobs by SHA-256. A blob is complete or absent, never partial. */
export interface BlobStore {
  /**
   * Makes the store usable.
   * @throws MillwrightError SERVER_STORAGE_UNUSABLE
   */
  readonly prepare: () => Promise<void>;
  /**
   * Removes what interrupted requests left behind in the folder of this process.
   * @param time files to which nothing was written since are removed; in milliseconds since 1970
   */
  readonly removeAbandoned: (time: number) => Promise<void>;
  /** Rejects if the store cannot be used now. */
  readonly check: () => Promise<void>;
  /**
   * Writes content to a temporary file and hashes it on the way.
   * @param limit bytes
   * @throws TooLarge; AbortError when the signal aborts
   */
  readonly receive: (content: Readable, limit: number, signal?: AbortSignal) => Promise<Received>;
  /** Returns a blob, or undefined if there is none. */
  readonly read: (digest: string) => Promise<StoredBlob | undefined>;
  readonly remove: (digest: string) => Promise<void>;
  /** Returns the digests of all blobs that were written before a time, in milliseconds since 1970. */
  readonly olderThan: (time: number) => AsyncIterable<string>;
}
