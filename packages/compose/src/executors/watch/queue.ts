/** Changes that come within this time are one. */
export const quietMilliseconds = 100;

/** Answers one change after the other; those that come meanwhile are answered together afterwards. */
export class Queue {
  private timer: NodeJS.Timeout | undefined;
  private answering: Promise<void> | undefined;
  private changes = 0;
  private closed = false;

  /** @param answer does not reject */
  constructor(private readonly answer: () => Promise<void>) {}

  changed(): void {
    this.changes += 1;
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.answering ??= this.answerAll().finally(() => (this.answering = undefined));
    }, quietMilliseconds);
  }

  /** Takes no more changes, and returns once none is being answered. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.answering;
  }

  private async answerAll(): Promise<void> {
    let seen: number;
    do {
      seen = this.changes;
      await this.answer();
    } while (seen !== this.changes && !this.closed);
  }
}
