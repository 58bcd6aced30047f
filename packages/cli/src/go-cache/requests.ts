/** A request of Go to its cache program, one JSON object in a line (cmd/go/internal/cacheprog, Request). */
export interface GoRequest {
  readonly ID: number;
  readonly Command: string;
  /** Base64. */
  readonly ActionID?: string;
  /** Base64. */
  readonly OutputID?: string;
  /** In bytes. If it is positive, a line with the body follows, as a base64 string of JSON. */
  readonly BodySize?: number;
}

const quote = 0x22;
const newline = 0x0a;

/** Reads the requests of Go. Bodies are streamed, because linked programs are as large as they are. */
export class GoRequests {
  readonly #input: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);
  /** The body that was not read to its end. */
  #body: AsyncGenerator<Buffer> | undefined;

  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
  }

  /**
   * Returns the next request, or undefined at the end. What is left of the body before is skipped.
   * @throws SyntaxError if Go sends something else
   */
  async next(): Promise<GoRequest | undefined> {
    while (this.#body !== undefined && (await this.#body.next()).done !== true);
    const parts: Buffer[] = [];
    for (;;) {
      const end = this.#buffer.indexOf(newline);
      if (end >= 0) {
        const line = Buffer.concat([...parts, this.#buffer.subarray(0, end)]).toString('utf8');
        this.#buffer = this.#buffer.subarray(end + 1);
        if (line.trim() === '') {
          parts.length = 0;
          continue;
        }
        const request = JSON.parse(line) as GoRequest;
        if ((request.BodySize ?? 0) > 0) this.#body = this.#decode();
        return request;
      }
      parts.push(this.#buffer);
      if (!(await this.#read())) return undefined;
    }
  }

  /** The body of the last request: empty if it has none. */
  async *body(): AsyncGenerator<Buffer> {
    for (;;) {
      const part = await this.#body?.next();
      if (part === undefined || part.done === true) return;
      yield part.value;
    }
  }

  async *#decode(): AsyncGenerator<Buffer> {
    while (!this.#buffer.includes(quote))
      if (!(await this.#read())) throw new Error('Go ended within a body');
    this.#buffer = this.#buffer.subarray(this.#buffer.indexOf(quote) + 1);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const end = this.#buffer.indexOf(quote);
      const text = Buffer.concat([rest, end < 0 ? this.#buffer : this.#buffer.subarray(0, end)]);
      // Four characters are three bytes.
      const whole = end < 0 ? text.length - (text.length % 4) : text.length;
      if (whole > 0) yield Buffer.from(text.toString('latin1', 0, whole), 'base64');
      if (end >= 0) {
        this.#buffer = this.#buffer.subarray(end + 1);
        return;
      }
      rest = text.subarray(whole);
      if (!(await this.#read())) throw new Error('Go ended within a body');
    }
  }

  async #read(): Promise<boolean> {
    const result = await this.#input.next();
    if (result.done === true) return false;
    this.#buffer = result.value;
    return true;
  }
}
