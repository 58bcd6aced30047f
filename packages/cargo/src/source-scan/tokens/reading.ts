import { requiresTest } from './conditions.js';
import type { Token } from './rust-tokens.js';

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A place in a source. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** Whether it is compiled only for tests, documentation and doctests. */
  readonly testOnly: boolean;
}

/** A cursor over the tokens of a source: matches delimiters, and tracks `#[cfg(test)]` and enclosing macros. */
export class Reading {
  /** For an opening delimiter, the index of the closing one or the end of the source; 0 for other tokens. */
  private readonly closing: Int32Array;
  private testUntil = 0;
  private position = 0;
  private definitionUntil = 0;
  private callUntil = 0;
  private line = 1;
  private lineEnd: number;
  /** The ends of the enclosing blocks, innermost last. */
  private readonly blocks: number[] = [];

  constructor(
    private readonly source: string,
    readonly tokens: readonly Token[],
  ) {
    this.closing = matchDelimiters(tokens);
    this.lineEnd = this.endOfLine(0);
  }

  /** Moves to the next token; tokens must be visited in order. */
  moveTo(index: number): void {
    this.position = index;
    while ((this.blocks.at(-1) ?? Infinity) < index) this.blocks.pop();
    if (this.is(index, '{')) this.blocks.push(this.closingOf(index));
    if (this.is(index, '#')) this.noteTestAttribute(index);
    if (this.is(index, '!')) this.noteMacro(index);
    if (this.is(index, 'macro')) this.noteDefinition(index);
  }

  closingOf(index: number): number {
    return this.closing[index] ?? 0;
  }

  is(index: number, text: string): boolean {
    const token = this.tokens[index];
    return token?.text === text && token.kind !== 'string';
  }

  /** Returns the value of a string literal; undefined for other tokens. */
  string(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'string' ? token.text : undefined;
  }

  identifier(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'identifier' ? token.text : undefined;
  }

  /** Returns the index of the next comma outside nested brackets; `end` if there is none. */
  nextComma(start: number, end: number): number {
    for (let index = start; index < end; index++) {
      if (this.is(index, ',')) return index;
      if (this.closingOf(index) > index) index = this.closingOf(index);
    }
    return end;
  }

  /** Returns the path that begins at a token, such as `tokio::main`. */
  pathFrom(start: number): string {
    let path = this.identifier(start) ?? '';
    for (let index = start + 1; this.is(index, ':') && this.is(index + 1, ':'); index += 3) {
      path += `::${this.identifier(index + 2) ?? ''}`;
    }
    return path;
  }

  /** Returns the path that ends at a token. */
  pathTo(end: number): string {
    let path = this.identifier(end) ?? '';
    for (let index = end; this.is(index - 1, ':') && this.is(index - 2, ':'); index -= 3) {
      const name = this.identifier(index - 3);
      if (name === undefined) break;
      path = `${name}::${path}`;
    }
    return path;
  }

  /** Whether the cursor is in a macro's definition, which is compiled where the macro is called. */
  get inDefinition(): boolean {
    return this.position < this.definitionUntil;
  }

  /** Whether the cursor is among the arguments of a macro call. */
  get inCall(): boolean {
    return this.position < this.callUntil;
  }

  get place(): Place {
    const offset = this.tokens[this.position]?.offset ?? 0;
    while (this.lineEnd < offset) {
      this.line++;
      this.lineEnd = this.endOfLine(this.lineEnd + 1);
    }
    return { line: this.line, testOnly: this.position < this.testUntil };
  }

  private endOfLine(start: number): number {
    const end = this.source.indexOf('\n', start);
    return end < 0 ? this.source.length : end;
  }

  private noteMacro(index: number): void {
    if (this.identifier(index - 1) === 'macro_rules') {
      const open = this.identifier(index + 1) === undefined ? index + 1 : index + 2;
      this.definitionUntil = Math.max(this.definitionUntil, this.closingOf(open));
    } else if (this.identifier(index - 1) !== undefined) {
      this.callUntil = Math.max(this.callUntil, this.closingOf(index + 1));
    }
  }

  /** Handles `macro name { … }` and `macro name(…) { … }`. */
  private noteDefinition(index: number): void {
    if (this.identifier(index + 1) === undefined) return;
    const open = this.is(index + 2, '(') ? this.closingOf(index + 2) + 1 : index + 2;
    if (this.is(open, '{')) this.definitionUntil = Math.max(this.definitionUntil, this.closingOf(open));
  }

  /** `#[cfg(test)]` applies to the next item, `#![cfg(test)]` to the enclosing block, `cfg_attr` to itself. */
  private noteTestAttribute(index: number): void {
    // Skip attributes that are already within a test item.
    if (index < this.testUntil) return;
    const inner = this.is(index + 1, '!');
    const open = index + (inner ? 2 : 1);
    if (!this.is(open, '[') || !this.is(open + 2, '(')) return;
    const name = this.identifier(open + 1);
    if ((name !== 'cfg' && name !== 'cfg_attr') || !requiresTest(this, open + 3)) return;
    const end =
      name === 'cfg_attr'
        ? this.closingOf(open)
        : inner
          ? (this.blocks.at(-1) ?? this.tokens.length)
          : this.endOfItem(this.closingOf(open) + 1);
    this.testUntil = Math.max(this.testUntil, end);
  }

  /** Returns the end of an item; if in doubt too early, because code counts for every build by default. */
  private endOfItem(start: number): number {
    let index = start;
    while (index < this.tokens.length) {
      const text = this.tokens[index]?.kind === 'punctuation' ? this.tokens[index]?.text : undefined;
      if (text === '{') return this.closingOf(index);
      if (text === ';' || text === ',' || text === '}' || text === ')' || text === ']') return index;
      index = text === '(' || text === '[' ? this.closingOf(index) + 1 : index + 1;
    }
    return index;
  }
}

function matchDelimiters(tokens: readonly Token[]): Int32Array {
  const closing = new Int32Array(tokens.length);
  const open: { readonly index: number; readonly closer: string }[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'punctuation') return;
    const closer = closers[text];
    if (closer !== undefined) open.push({ index, closer });
    else if (open.at(-1)?.closer === text) closing[open.pop()?.index ?? 0] = index;
  });
  for (const { index } of open) closing[index] = tokens.length;
  return closing;
}
