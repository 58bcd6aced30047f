import { isCargoVariable, type SourceRole } from './cargo-variables.js';
import type { Token } from './rust-tokens.js';

export interface FileRead {
  /** As the source has it. */
  readonly path: string;
  /** What the path is relative to: the folder of the source, of the crate, or of the Cargo workspace. */
  readonly base: 'file' | 'crate' | 'workspace';
  /** What reads it, such as `include_str!`. */
  readonly by: string;
  /** From 1. */
  readonly line: number;
  /** False where the path is only likely: it then counts if it exists. */
  readonly certain: boolean;
  /** Whether it stands below `#[cfg(test)]`. */
  readonly testOnly: boolean;
  /** The inline modules around a `#[path]` attribute, which are part of what its path is relative to. */
  readonly modules: readonly string[];
}

export interface VariableRead {
  readonly name: string;
  readonly line: number;
  readonly testOnly: boolean;
}

/** A read whose argument is no literal. */
export interface UnresolvedRead {
  readonly by: string;
  readonly line: number;
  readonly testOnly: boolean;
}

export interface SourceReads {
  readonly files: readonly FileRead[];
  readonly variables: readonly VariableRead[];
  readonly unresolved: readonly UnresolvedRead[];
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The tokens of a source, where their delimiters close, what is below `#[cfg(test)]`, and what was found. */
export class Reading {
  /** For an opening delimiter the position of its closing one, or of the source's end; 0 for other tokens. */
  private readonly closing: Int32Array;
  private testUntil = 0;
  private position = 0;
  private readonly modules: { readonly name: string; readonly end: number }[] = [];
  private readonly files: FileRead[] = [];
  private readonly variables: VariableRead[] = [];
  private readonly unresolved: UnresolvedRead[] = [];

  constructor(
    private readonly source: string,
    readonly tokens: readonly Token[],
    private readonly role: SourceRole,
  ) {
    this.closing = matchDelimiters(tokens);
  }

  result(): SourceReads {
    return { files: this.files, variables: this.variables, unresolved: this.unresolved };
  }

  /** Steps to the next token; tokens are visited in order. */
  moveTo(index: number): void {
    this.position = index;
    while ((this.modules.at(-1)?.end ?? Infinity) < index) this.modules.pop();
    if (this.is(index, 'mod') && this.is(index + 2, '{')) {
      this.modules.push({ name: this.tokens[index + 1]?.text ?? '', end: this.closingOf(index + 2) });
    }
    if (this.is(index, '#')) this.noteTestAttribute(index);
  }

  closingOf(index: number): number {
    return this.closing[index] ?? 0;
  }

  is(index: number, text: string): boolean {
    const token = this.tokens[index];
    return token?.text === text && token.kind !== 'string';
  }

  /** The value of a string literal; undefined for another token. */
  string(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'string' ? token.text : undefined;
  }

  identifier(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'identifier' ? token.text : undefined;
  }

  addFile(read: { path: string; base: FileRead['base']; by: string; certain?: boolean }): void {
    const { path, base, by, certain = true } = read;
    const modules = by === '#[path]' ? this.modules.map(({ name }) => name) : [];
    this.files.push({ path, base, by, certain, modules, ...this.place() });
  }

  addVariable(name: string): void {
    if (!isCargoVariable(name, this.role)) this.variables.push({ name, ...this.place() });
  }

  addUnresolved(by: string): void {
    this.unresolved.push({ by, ...this.place() });
  }

  private place(): { line: number; testOnly: boolean } {
    const offset = this.tokens[this.position]?.offset ?? 0;
    let line = 1;
    for (let at = this.source.indexOf('\n'); at >= 0 && at < offset; at = this.source.indexOf('\n', at + 1)) {
      line++;
    }
    return { line, testOnly: this.position < this.testUntil };
  }

  /** `#[cfg(test)]` and `#[cfg(all(test, …))]` reach over the item below; with `#!`, over what is around. */
  private noteTestAttribute(index: number): void {
    const inner = this.is(index + 1, '!');
    const open = index + (inner ? 2 : 1);
    if (!this.is(open, '[') || !this.is(open + 1, 'cfg') || !this.is(open + 2, '(')) return;
    const first = this.is(open + 3, 'all') ? open + 5 : open + 3;
    if (!this.is(first, 'test') || !(this.is(first + 1, ')') || this.is(first + 1, ','))) return;
    const end = inner ? this.endOfBlock(index) : this.endOfItem(this.closingOf(open) + 1);
    this.testUntil = Math.max(this.testUntil, end);
  }

  private endOfBlock(index: number): number {
    const around = this.modules.at(-1);
    return around && around.end > index ? around.end : this.tokens.length;
  }

  /** Where an item ends; rather too early than too late, since what follows counts for every build. */
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
