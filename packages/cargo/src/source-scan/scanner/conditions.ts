/** Tokens of a source, by their index. */
export interface TokenList {
  /** The identifier at an index; undefined where there is another token. */
  identifier(index: number): string | undefined;
  is(index: number, text: string): boolean;
  /** Where the bracket at an index is closed; the index itself where there is none. */
  closingOf(index: number): number;
}

/** What is set only where tests or documentation are compiled. */
const testConditions: ReadonlySet<string> = new Set(['test', 'doctest', 'doc']);

/** More levels than any condition has. */
const deepest = 32;

/**
 * Whether a condition (Rust reference, "Conditional compilation") holds only where tests or documentation are
 * compiled. Conditions on the target or on features are not evaluated: they may hold in some build.
 * @param start the condition's first token
 */
export function requiresTest(tokens: TokenList, start: number, depth = 0): boolean {
  const name = tokens.identifier(start);
  if (name === undefined || depth > deepest) return false;
  if (!tokens.is(start + 1, '(')) return testConditions.has(name) && !tokens.is(start + 1, '=');
  const parts = partsOf(tokens, start + 1);
  const holds = (part: number) => requiresTest(tokens, part, depth + 1);
  if (name === 'all') return parts.some(holds);
  return name === 'any' && parts.length > 0 && parts.every(holds);
}

/** Where the parts of a list in brackets begin. */
function partsOf(tokens: TokenList, open: number): number[] {
  const end = tokens.closingOf(open);
  const parts: number[] = [];
  let isFirst = true;
  for (let index = open + 1; index < end; index++) {
    if (isFirst) parts.push(index);
    isFirst = tokens.is(index, ',');
    if (tokens.closingOf(index) > index) index = tokens.closingOf(index);
  }
  return parts;
}
