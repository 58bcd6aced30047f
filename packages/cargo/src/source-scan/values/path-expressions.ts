import type { Reading } from '../tokens/reading.js';
import { FunctionResults } from './function-results.js';
import { appendedAll, combined, joined, type PathValue } from './path-value.js';

/** Longer expressions are not evaluated. */
export const maxTokens = 256;

/** Methods that return the same path. */
const transparentMethods = new Set(
  `as_os_str as_path as_ref as_str borrow clone context display expect into into_os_string into_string ok
  entries flatten into_iter iter path to_owned to_path_buf to_str to_string to_string_lossy unwrap
  unwrap_or_default`.split(/\s+/),
);
const wrappers = new Set(
  'Arc Box Ok OsStr OsString Path PathBuf Rc Some String WalkDir glob read_dir'.split(' '),
);

/** Methods that return only a name in a folder, which the folder's value covers. */
const nameMethods = new Set(['extension', 'file_name', 'file_stem']);

/** Methods that take a closure and may pass their items through. */
const passThroughMethods = new Set(['filter', 'filter_map', 'flat_map', 'inspect', 'map']);

/** Evaluates expressions that build paths from literals, cargo's variables, `join`, `parent`, `format!`, functions. */
export class PathExpressions {
  /** The values that are arrays: `join` concatenates their elements. */
  private readonly lists = new WeakSet<readonly PathValue[]>();

  private readonly results: FunctionResults<PathValue>;

  constructor(
    private readonly reading: Reading,
    /** Returns the values of a name; undefined if one is unknown. */
    private readonly valuesOf: (name: string) => readonly PathValue[] | undefined,
  ) {
    this.results = new FunctionResults(reading, (start, end) => this.of(start, end));
  }

  /** Returns the possible values of the expression between two tokens; undefined if unknown. */
  of(start: number, end: number): readonly PathValue[] | undefined {
    if (end - start > maxTokens) return undefined;
    const found = this.chain(start, end);
    return found?.end === end ? found.values : undefined;
  }

  /** Returns both; they are a list if the added ones are. */
  extended(before: readonly PathValue[], added: readonly PathValue[]): readonly PathValue[] {
    const all = [...before, ...added];
    if (this.lists.has(added)) this.lists.add(all);
    return all;
  }

  /** Returns the values of a format whose template is the literal at `start`. */
  format(start: number): readonly PathValue[] | undefined {
    const { reading } = this;
    let end = start;
    while (end < start + maxTokens && end < reading.tokens.length && !reading.is(end, ')')) {
      end = reading.closingOf(end) > end ? reading.closingOf(end) + 1 : end + 1;
    }
    const parts = this.parts(reading.nextComma(start, end) + 1, end);
    return parts && this.formatted(parts, start);
  }

  /** Returns the elements of a literal array. */
  private elements(open: number): readonly PathValue[] | undefined {
    const { reading } = this;
    if (!reading.is(open, '[')) return undefined;
    const close = reading.closingOf(open);
    if (close - open > maxTokens) return undefined;
    const values: PathValue[] = [];
    for (let index = open + 1; index < close;) {
      const end = reading.nextComma(index, close);
      const element = this.of(index, end);
      if (element === undefined) return undefined;
      values.push(...element);
      index = end + 1;
    }
    this.lists.add(values);
    return values;
  }

  /** Evaluates a value and the methods called on it. */
  private chain(start: number, limit: number): { values: readonly PathValue[]; end: number } | undefined {
    const { reading } = this;
    const first = this.primary(start, limit);
    if (first === undefined) return undefined;
    let { values, end } = first;
    for (;;) {
      if (reading.is(end, '?')) {
        end++;
        continue;
      }
      const method = reading.is(end, '.') && end < limit ? reading.identifier(end + 1) : undefined;
      if (method === undefined || !reading.is(end + 2, '(')) return { values, end };
      const close = reading.closingOf(end + 2);
      const next = this.method(method, values, end + 3, close);
      if (next === undefined) return undefined;
      values = next;
      end = close + 1;
    }
  }

  private method(
    name: string,
    values: readonly PathValue[],
    start: number,
    end: number,
  ): readonly PathValue[] | undefined {
    if (name === 'parent') return combined(values, [{ path: '..' }], joined);
    if (name === 'join') {
      if (this.lists.has(values)) return undefined;
      const added = this.of(start, end);
      return added && combined(values, added, joined);
    }
    if (nameMethods.has(name)) return [{ path: '' }];
    if (passThroughMethods.has(name)) return this.returnsParameter(start, end) ? values : undefined;
    return transparentMethods.has(name) ? values : undefined;
  }

  /** Returns whether a closure returns its parameter or a part of it: `|entry| entry.unwrap().path()`. */
  private returnsParameter(start: number, end: number): boolean {
    const { reading } = this;
    if (end - start > maxTokens) return false;
    const parameter = reading.is(start, '|') ? reading.identifier(start + 1) : undefined;
    for (let index = start; index < end; index++) {
      const name = reading.identifier(index);
      if (reading.string(index) !== undefined) return false;
      if (name === undefined || name === parameter || name === 'Result' || name === 'e') continue;
      if (!transparentMethods.has(name)) return false;
    }
    return true;
  }

  private primary(start: number, limit: number): { values: readonly PathValue[]; end: number } | undefined {
    const { reading } = this;
    let index = start;
    while (reading.is(index, '&') || reading.is(index, '*') || reading.is(index, 'mut')) index++;
    const literal = reading.string(index);
    if (literal !== undefined) return { values: [{ path: literal }], end: index + 1 };
    if (reading.is(index, '(')) {
      const close = reading.closingOf(index);
      const values = this.of(index + 1, close);
      return values && { values, end: close + 1 };
    }
    const elements = this.elements(index);
    if (elements !== undefined) return { values: elements, end: reading.closingOf(index) + 1 };
    let name = reading.identifier(index);
    let before: string | undefined;
    while (name !== undefined && reading.is(index + 1, ':') && reading.is(index + 2, ':')) {
      before = name;
      index += 3;
      name = reading.identifier(index);
    }
    if (name === undefined || index >= limit) return undefined;
    if (reading.is(index + 1, '!')) return this.macro(name, index + 2);
    if (!reading.is(index + 1, '(')) {
      const values = before === undefined ? this.valuesOf(name) : undefined;
      return values && values.length > 0 ? { values, end: index + 1 } : undefined;
    }
    const close = reading.closingOf(index + 1);
    if (close === index + 2 && before === undefined) {
      const values = this.results.of(name);
      return values && { values, end: close + 1 };
    }
    if (name === 'var' || name === 'var_os') return this.variable(index + 2, close);
    const isWrapper = wrappers.has(name) || (before !== undefined && wrappers.has(before));
    if (!isWrapper) return undefined;
    const values = this.of(index + 2, close);
    return values && { values, end: close + 1 };
  }

  private variable(start: number, close: number): { values: readonly PathValue[]; end: number } | undefined {
    const name = this.reading.string(start);
    if (name === 'OUT_DIR') return { values: ['generated'], end: close + 1 };
    return name === 'CARGO_MANIFEST_DIR' ? { values: [{ path: '.' }], end: close + 1 } : undefined;
  }

  private macro(name: string, open: number): { values: readonly PathValue[]; end: number } | undefined {
    const { reading } = this;
    const close = reading.closingOf(open);
    if (close <= open) return undefined;
    if (name === 'env') return this.variable(open + 1, close);
    if (name !== 'concat' && name !== 'format') return undefined;
    if (name === 'format') {
      const made = this.format(open + 1);
      return made && { values: made, end: close + 1 };
    }
    const values = appendedAll(this.parts(open + 1, close));
    return values && { values, end: close + 1 };
  }

  private parts(start: number, close: number): (readonly PathValue[])[] | undefined {
    const found: (readonly PathValue[])[] = [];
    for (let index = start; index < close;) {
      const end = this.reading.nextComma(index, close);
      const values = this.of(index, end);
      if (values === undefined) return undefined;
      found.push(values);
      index = end + 1;
    }
    return found;
  }

  /** Evaluates `format!("{}/x", dir)` and `format!("{dir}/x")`; other format options are not followed. */
  private formatted(parts: readonly (readonly PathValue[])[], at: number): readonly PathValue[] | undefined {
    const template = this.reading.string(at);
    if (template === undefined) return undefined;
    const rest = [...parts];
    const pieces: (readonly PathValue[])[] = [];
    for (const piece of template.split(/(\{\w*(?::\?)?\})/)) {
      const name = /^\{(\w*)(?::\?)?\}$/.exec(piece)?.[1];
      if (name === undefined && /[{}]/.test(piece)) return undefined;
      const values =
        name === undefined ? [{ path: piece }] : name === '' ? rest.shift() : this.valuesOf(name);
      if (values === undefined) return undefined;
      pieces.push(values);
    }
    return appendedAll(pieces);
  }
}
