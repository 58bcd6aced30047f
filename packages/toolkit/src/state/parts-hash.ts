import { createHash } from 'node:crypto';

/** A sha256 over several inputs that remembers what it was made of, so that a difference can be named. */
export class PartsHash {
  private readonly hash = createHash('sha256');
  private readonly texts = new Map<string, string>();

  /**
   * Adds a text to the digest.
   * @param part what the text is of, as a person says it; several texts may be of one part
   */
  add(part: string, text: string): void {
    this.hash.update(text);
    this.texts.set(part, `${this.texts.get(part) ?? ''}${text}`);
  }

  /** The digest of all texts in hexadecimal; the object is used up by it. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** A short digest of each part: a text may hold the value of a variable, which is nobody's business. */
  parts(): Record<string, string> {
    const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
    return Object.fromEntries([...this.texts].map(([part, text]) => [part, short(text)]));
  }
}
