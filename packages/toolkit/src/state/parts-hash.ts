import { createHash } from 'node:crypto';

/** A sha256 over several named parts, which also provides a digest of each part. */
export class PartsHash {
  private readonly hash = createHash('sha256');
  private readonly texts = new Map<string, string>();

  /**
   * Adds a text to the digest.
   * @param part the name of the input for messages; several texts can have the same name
   */
  add(part: string, text: string): void {
    this.hash.update(text);
    this.texts.set(part, `${this.texts.get(part) ?? ''}${text}`);
  }

  /** Returns the digest of all texts in hexadecimal. Can be called only once. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** Returns a short digest of each part. Digests, because a text may contain a secret. */
  parts(): Record<string, string> {
    const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
    return Object.fromEntries([...this.texts].map(([part, text]) => [part, short(text)]));
  }
}
