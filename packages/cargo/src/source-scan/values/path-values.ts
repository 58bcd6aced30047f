import type { Reading } from '../tokens/reading.js';
import { maxTokens, PathExpressions } from './path-expressions.js';
import type { PathValue } from './path-value.js';

/** Methods that modify a path in place. */
const mutatingMethods = new Set([
  'clear',
  'insert',
  'insert_str',
  'pop',
  'push',
  'push_str',
  'set_extension',
  'set_file_name',
]);

/**
 * Follows how a program puts paths and names together from literals and cargo's variables: `let`, `const` and `static`,
 * arrays, `Path::new`, `join`, `parent`, `format!`, functions that choose among literals. A name counts only where all
 * its bindings are known.
 */
export class PathValues {
  /** Undefined for a name with a binding whose value is unknown. */
  private readonly names = new Map<string, readonly PathValue[] | undefined>();

  private readonly expressions: PathExpressions;

  constructor(private readonly reading: Reading) {
    this.expressions = new PathExpressions(reading, (name) => this.names.get(name));
    // Constants are also valid before their declaration.
    for (let index = 0; index < reading.tokens.length; index++) {
      const keyword = reading.identifier(index);
      const isNamed = reading.is(index + 2, ':') || reading.is(index + 1, 'mut');
      if ((keyword === 'const' || keyword === 'static') && isNamed) this.declaration(index);
    }
    for (let index = 0; index < reading.tokens.length; index++) this.binding(index);
  }

  /** Returns the possible values of the expression between two tokens; undefined if unknown. */
  of(start: number, end: number): readonly PathValue[] | undefined {
    return this.expressions.of(start, end);
  }

  /** Returns the values of a format whose template is the literal at `start`. */
  format(start: number): readonly PathValue[] | undefined {
    return this.expressions.format(start);
  }

  private binding(index: number): void {
    const { reading } = this;
    const keyword = reading.identifier(index);
    if (keyword === 'let') this.declaration(index);
    else if (keyword === 'for') this.loop(index);
    else if (keyword !== undefined) this.mention(index, keyword);
    else if (reading.is(index, '|')) this.forget(index + 1, this.within(index + 1, '|'));
    else if (reading.is(index, '=') && reading.is(index + 1, '>')) this.arm(index);
  }

  /** Evaluates `let name = …;`; destructuring patterns are not followed. */
  private declaration(index: number): void {
    const { reading } = this;
    const at = reading.is(index + 1, 'mut') ? index + 2 : index + 1;
    const name = reading.identifier(at);
    const equals = this.find(at, '=');
    const isName = name !== undefined && (reading.is(at + 1, '=') || reading.is(at + 1, ':'));
    if (!isName) {
      this.forget(at, equals ?? at);
      return;
    }
    const end = equals === undefined ? undefined : this.find(equals + 1, ';');
    this.bind(name, equals === undefined || end === undefined ? undefined : this.of(equals + 1, end));
  }

  private loop(index: number): void {
    const { reading } = this;
    const name = reading.identifier(index + 1);
    const items = name !== undefined && reading.is(index + 2, 'in') ? this.iterated(index + 3) : undefined;
    // A copy, because an item is not a list.
    if (name !== undefined && reading.is(index + 2, 'in')) this.bind(name, items && [...items]);
    else this.forget(index + 1, this.within(index + 1, 'in'));
  }

  private mention(index: number, name: string): void {
    const { reading } = this;
    const isDeclared = ['let', 'mut', 'const', 'static'].some((word) => reading.is(index - 1, word));
    if (isDeclared) return;
    if (reading.is(index + 1, ':') && !reading.is(index + 2, ':')) {
      // A parameter, or a field of a struct: the name then has no known value, which is safe.
      if (!reading.is(index - 1, ':')) this.names.set(name, undefined);
    } else if (reading.is(index + 1, '=') && !reading.is(index + 2, '=') && !reading.is(index + 2, '>')) {
      const end = this.find(index + 2, ';');
      this.bind(name, end === undefined ? undefined : this.of(index + 2, end));
    } else if (reading.is(index + 1, '.') && mutatingMethods.has(reading.identifier(index + 2) ?? '')) {
      this.names.set(name, undefined);
    }
  }

  /** Names bound by a `match` pattern are not followed. */
  private arm(index: number): void {
    const { reading } = this;
    for (let at = index - 1; at > index - 16 && !reading.is(at, '{') && !reading.is(at, ';'); at--) {
      this.forget(at, at + 1);
    }
  }

  private forget(start: number, end: number): void {
    for (let index = start; index < end; index++) {
      const name = this.reading.identifier(index);
      if (name !== undefined) this.names.set(name, undefined);
    }
  }

  /** Returns the index of the next such token, at most 16 tokens after the start. */
  private within(start: number, text: string): number {
    let index = start;
    while (index < start + 16 && !this.reading.is(index, text)) index++;
    return index;
  }

  private bind(name: string, values: readonly PathValue[] | undefined): void {
    const before = this.names.has(name) ? this.names.get(name) : [];
    const isKnown = before !== undefined && values !== undefined;
    this.names.set(name, isKnown ? this.expressions.extended(before, values) : undefined);
  }

  /** Returns the index of the next such token outside nested brackets, within `maxTokens`. */
  private find(start: number, text: string): number | undefined {
    const { reading } = this;
    for (let index = start; index < start + maxTokens && index < reading.tokens.length; index++) {
      if (reading.is(index, text)) return index;
      if (reading.is(index, ';') || reading.is(index, '}')) return undefined;
      if (reading.closingOf(index) > index) index = reading.closingOf(index);
    }
    return undefined;
  }

  /** Returns the values that a loop iterates over: the items of a literal array, or a known folder. */
  private iterated(start: number): readonly PathValue[] | undefined {
    const end = this.find(start, '{');
    return end === undefined ? undefined : this.of(start, end);
  }
}
