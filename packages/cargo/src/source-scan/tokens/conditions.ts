/** Access to the tokens of a source by index. */
export interface TokenList {
  /** Returns the identifier at an index; undefined for other tokens. */
  identifier(index: number): string | undefined;
  is(index: number, text: string): boolean;
  /** Returns the index of the closing bracket; 0 if the token does not open a bracket. */
  closingOf(index: number): number;
}

/** Conditions that are set only for tests and documentation. */
const testConditions: ReadonlySet<string> = new Set(['test', 'doctest', 'doc']);

/** Deeper than any condition in practice. */
const maxDepth = 32;

/**
 * Returns whether a condition (Rust reference, "Conditional compilation") applies only to tests or documentation.
 * Conditions on targets or features are not evaluated: they may apply in some build.
 * @param start the condition's first token
 */
export function requiresTest(tokens: TokenList, start: number, depth = 0): boolean {
  const name = tokens.identifier(start);
  if (name === undefined || depth > maxDepth) return false;
  if (!tokens.is(start + 1, '(')) return testConditions.has(name) && !tokens.is(start + 1, '=');
  const parts = partsOf(tokens, start + 1);
  const holds = (part: number) => requiresTest(tokens, part, depth + 1);
  if (name === 'all') return parts.some(holds);
  return name === 'any' && parts.length > 0 && parts.every(holds);
}

/** Returns the indexes at which the parts of a bracketed list begin. */
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
