import { formatCount, formatSeconds, printable } from '@millwright/toolkit';

/** The interval between progress lines if the output is not a terminal, in milliseconds. */
const plainInterval = 5_000;
/** The interval between updates on a terminal, in milliseconds. */
const drawInterval = 100;

/** The output for progress, either redrawn in place or line by line. */
export interface ProgressOutput {
  readonly inPlace: boolean;
  write(text: string): void;
  now(): number;
}

/** Shows the progress of one cargo invocation: finished and total crates, and elapsed time. */
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

  /** Counts one more finished crate. */
  step(): void {
    this.done += 1;
    this.show();
  }

  /** Sets cargo's total number of crates. */
  expect(total: number): void {
    this.total = total;
    this.show();
  }

  /** Prints a permanent line. */
  print(line: string): void {
    this.printRaw(printable(line));
  }

  /** Prints a line of cargo or of a test unchanged. */
  printRaw(line: string): void {
    this.erase();
    this.output.write(`${line}\n`);
  }

  /** Prints the final line. */
  finish(outcome: string): void {
    this.print(`${this.label}: ${outcome} (${this.count()}, ${this.elapsed()})`);
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
