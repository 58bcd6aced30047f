/** Changes within this time are handled together. */
export const quietMilliseconds = 100;

/** Handles changes one run at a time. Changes during a run are handled together in the next run. */
export class Queue {
  private timer: NodeJS.Timeout | undefined;
  private answering: Promise<void> | undefined;
  private changes = 0;
  private closed = false;

  /** @param answer must not reject */
  constructor(private readonly answer: () => Promise<void>) {}

  changed(): void {
    this.changes += 1;
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.answering ??= this.answerAll().finally(() => (this.answering = undefined));
    }, quietMilliseconds);
  }

  /** Accepts no more changes, and resolves when the current run has ended. */
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
