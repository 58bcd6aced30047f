interface Output {
  write(text: string | Uint8Array): unknown;
}

/** Buffers writes until its turn, and then passes them on. */
export class Turn {
  private held: (string | Uint8Array)[] | undefined = [];
  private readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  write(text: string | Uint8Array): void {
    if (this.held) this.held.push(text);
    else this.output.write(text);
  }

  begin(): void {
    for (const text of this.held ?? []) this.output.write(text);
    this.held = undefined;
  }
}
