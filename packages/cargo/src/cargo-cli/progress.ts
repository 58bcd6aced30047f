import { formatCount, formatSeconds, printable } from '@millwright/toolkit';

/** Time between two plain lines of progress, in milliseconds. */
const plainInterval = 5_000;
/** Time between two drawings on a terminal, in milliseconds. */
const drawInterval = 100;

/** What the progress of a build is written to: redrawn in place, or line by line. */
export interface ProgressOutput {
  readonly inPlace: boolean;
  write(text: string): void;
  now(): number;
}

/** Tells how far one cargo invocation is: crates done of crates to do, elapsed time. */
export class Progress {
  private readonly started: number;
  private lastShown: number;
  private done = 0;
  private total: number | undefined;
  private drawn = false;

  constructor(
    private readonly label: string,
    private readonly output: ProgressOutput,
  ) {
    this.started = output.now();
    this.lastShown = this.started;
  }

  /** One more crate is done. */
  step(): void {
    this.done += 1;
    this.show();
  }

  /** cargo's own count of what there is to do. */
  expect(total: number): void {
    this.total = total;
    this.show();
  }

  /** A line that stays. */
  say(line: string): void {
    this.pass(printable(line));
  }

  /** A line that cargo or a test wrote, as it is. */
  pass(line: string): void {
    this.erase();
    this.output.write(`${line}\n`);
  }

  /** The last line, which stays. */
  finish(outcome: string): void {
    this.say(`${this.label}: ${outcome} (${this.count()}, ${this.elapsed()})`);
  }

  private show(): void {
    const now = this.output.now();
    if (now - this.lastShown < (this.output.inPlace ? drawInterval : plainInterval)) return;
    this.lastShown = now;
    const line = `${this.label}: ${this.count()}, ${this.elapsed()}`;
    this.output.write(this.output.inPlace ? `\r\u001b[K${line}` : `${line}\n`);
    this.drawn = this.output.inPlace;
  }

  private erase(): void {
    if (this.drawn) this.output.write('\r\u001b[K');
    this.drawn = false;
  }

  private count(): string {
    if (this.total === undefined) return formatCount(this.done, 'crate');
    return `${Math.min(this.done, this.total)} of ${formatCount(this.total, 'crate')}`;
  }

  private elapsed(): string {
    return formatSeconds((this.output.now() - this.started) / 1000);
  }
}
