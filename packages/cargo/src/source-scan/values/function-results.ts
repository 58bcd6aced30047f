import type { Reading } from '../tokens/reading.js';

/** Returns the possible values of the expression between two tokens; undefined if unknown. */
type Evaluate<Value> = (start: number, end: number) => readonly Value[] | undefined;

/** Longer bodies are not evaluated. */
const maxTokens = 128;

/** Functions with more bodies, one for each `cfg` condition, are not evaluated. */
const maxBodies = 64;

/**
 * Evaluates functions without parameters that return one of several literals, such as `fn prefix() -> &'static str {
 * if cfg!(unix) { "A" } else { "B" } }`.
 */
export class FunctionResults<Value> {
  /** The start of each function's body; several if `cfg` conditions select one. */
  private readonly bodies = new Map<string, number[]>();
  private readonly pending = new Set<string>();

  constructor(
    private readonly reading: Reading,
    private readonly evaluate: Evaluate<Value>,
  ) {
    for (let index = 0; index < reading.tokens.length; index++) {
      if (reading.is(index, 'fn')) this.note(index);
    }
  }

  /** Returns the possible results of a function; undefined if it is unknown, has parameters, or computes its result. */
  of(name: string): readonly Value[] | undefined {
    const bodies = this.bodies.get(name);
    // Recursive functions are not evaluated.
    if (bodies === undefined || bodies.length > maxBodies || this.pending.has(name)) return undefined;
    this.pending.add(name);
    const values = all(bodies.map((open) => this.block(open)));
    this.pending.delete(name);
    return values;
  }

  private note(index: number): void {
    const { reading } = this;
    const name = reading.identifier(index + 1);
    if (name === undefined || !reading.is(index + 2, '(') || !reading.is(index + 3, ')')) return;
    let open = index + 4;
    while (open < index + 24 && !reading.is(open, '{') && !reading.is(open, ';')) open++;
    if (!reading.is(open, '{')) return;
    const known = this.bodies.get(name);
    if (known === undefined) this.bodies.set(name, [open]);
    else known.push(open);
  }

  private block(open: number): readonly Value[] | undefined {
    const close = this.reading.closingOf(open);
    return close - open > maxTokens ? undefined : this.expression(open + 1, close);
  }

  private expression(start: number, end: number): readonly Value[] | undefined {
    const { reading } = this;
    if (reading.is(start, '{') && reading.closingOf(start) === end - 1) return this.block(start);
    if (reading.is(start, 'if')) return this.conditional(start, end);
    if (reading.is(start, 'match')) return this.arms(start, end);
    return this.evaluate(start, end);
  }

  private conditional(start: number, end: number): readonly Value[] | undefined {
    const { reading } = this;
    const open = this.next(start, end, '{');
    const otherwise = reading.closingOf(open) + 1;
    if (open === end || !reading.is(otherwise, 'else')) return undefined;
    return all([this.block(open), this.expression(otherwise + 1, end)]);
  }

  private arms(start: number, end: number): readonly Value[] | undefined {
    const { reading } = this;
    const open = this.next(start, end, '{');
    if (open === end || reading.closingOf(open) !== end - 1) return undefined;
    const results: (readonly Value[] | undefined)[] = [];
    for (let index = open + 1; index < end - 1;) {
      const arrow = this.next(index, end - 1, '=');
      const from = arrow + 2;
      const isBlock = reading.is(from, '{');
      const to = isBlock ? reading.closingOf(from) + 1 : reading.nextComma(from, end - 1);
      results.push(this.expression(from, to));
      index = reading.is(to, ',') ? to + 1 : Math.max(to, index + 1);
    }
    return all(results);
  }

  /** Returns the index of the next such token outside nested brackets; `end` if there is none. */
  private next(start: number, end: number, text: string): number {
    const { reading } = this;
    for (let index = start; index < end; index++) {
      if (reading.is(index, text)) return index;
      if (reading.closingOf(index) > index) index = reading.closingOf(index);
    }
    return end;
  }
}

function all<Value>(choices: readonly (readonly Value[] | undefined)[]): readonly Value[] | undefined {
  if (choices.length === 0) return undefined;
  const found: Value[] = [];
  for (const values of choices) {
    if (values === undefined) return undefined;
    found.push(...values);
  }
  return found;
}
