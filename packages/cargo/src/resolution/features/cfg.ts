import { factsOfTriple, type TripleFacts } from './triple-facts.js';

/** `unknown` if only the build knows, as for a `cfg` that RUSTFLAGS sets. */
export type Verdict = 'true' | 'false' | 'unknown';

/**
 * Evaluates the condition of a `[target.'…']` table for a target triple: a triple, or a `cfg(…)` expression (Cargo
 * reference, "Platform specific dependencies"; Rust reference, "Conditional compilation"). Predicates that do not
 * depend on the triple, and invalid expressions, are `unknown`.
 */
export function evaluateCondition(condition: string, triple: string): Verdict {
  const text = condition.trim();
  if (!/^cfg\s*\(/.test(text)) return text === triple ? 'true' : 'false';
  const tokens = text.match(/"[^"]*"|(?:r#)?[A-Za-z_][A-Za-z0-9_]*|[(),=]|\S/g) ?? [];
  const parser = new Parser(tokens.slice(1), factsOfTriple(triple));
  try {
    const verdicts = parser.list();
    const [only] = verdicts;
    return verdicts.length === 1 && only !== undefined && parser.atEnd() ? only : 'unknown';
  } catch (error) {
    // Very deep nesting exhausts the stack.
    if (error instanceof UnreadableExpression || error instanceof RangeError) return 'unknown';
    throw error;
  }
}

/** Returns true unless the condition is known to be false, so that no possible dependency is missed. */
export function mayApply(condition: string, triple: string): boolean {
  return evaluateCondition(condition, triple) !== 'false';
}

class UnreadableExpression extends Error {}

class Parser {
  private position = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly facts: TripleFacts,
  ) {}

  atEnd(): boolean {
    return this.position === this.tokens.length;
  }

  /** Parses `( predicate, … )` with an optional trailing comma. */
  list(): Verdict[] {
    this.expect('(');
    const verdicts: Verdict[] = [];
    while (this.tokens[this.position] !== ')') {
      verdicts.push(this.predicate());
      if (this.tokens[this.position] !== ')') this.expect(',');
    }
    this.position++;
    return verdicts;
  }

  private predicate(): Verdict {
    const name = this.tokens[this.position++];
    if (name === undefined || !/^(r#)?\w+$/.test(name)) throw new UnreadableExpression();
    if (this.tokens[this.position] === '(') return this.combination(name);
    if (this.tokens[this.position] !== '=') return nameVerdict(name, this.facts);
    const value = this.tokens[this.position + 1];
    if (value?.startsWith('"') !== true || value.length < 2) throw new UnreadableExpression();
    this.position += 2;
    return pairVerdict(name, value.slice(1, -1), this.facts);
  }

  private combination(name: string): Verdict {
    const verdicts = this.list();
    if (name === 'all') return strongest(verdicts, 'false', 'true');
    if (name === 'any') return strongest(verdicts, 'true', 'false');
    const [only] = verdicts;
    if (name !== 'not' || only === undefined || verdicts.length !== 1) throw new UnreadableExpression();
    return only === 'unknown' ? 'unknown' : only === 'true' ? 'false' : 'true';
  }

  private expect(token: string): void {
    if (this.tokens[this.position] !== token) throw new UnreadableExpression();
    this.position++;
  }
}

/** Returns `deciding` if it occurs, else `unknown` if it occurs, else `neutral`. */
function strongest(verdicts: readonly Verdict[], deciding: Verdict, neutral: Verdict): Verdict {
  if (verdicts.includes(deciding)) return deciding;
  return verdicts.includes('unknown') ? 'unknown' : neutral;
}

function nameVerdict(name: string, facts: TripleFacts): Verdict {
  if (name === 'true' || name === 'false') return name;
  if (name === 'unix' || name === 'windows') return verdict(facts.families?.includes(name));
  return 'unknown';
}

function pairVerdict(name: string, value: string, facts: TripleFacts): Verdict {
  switch (name) {
    case 'target_os':
      return verdict(equal(facts.os, value));
    case 'target_family':
      return verdict(facts.families?.includes(value));
    case 'target_arch':
      return verdict(equal(facts.arch, value));
    case 'target_env':
      return verdict(equal(facts.env, value));
    case 'target_pointer_width':
      return verdict(equal(facts.pointerWidth, value));
    case 'target_endian':
      return verdict(equal(facts.endian, value));
    case 'target_vendor':
      return verdict(equal(facts.vendor, value));
    default:
      return 'unknown';
  }
}

function equal(fact: string | undefined, value: string): boolean | undefined {
  return fact === undefined ? undefined : fact === value;
}

function verdict(holds: boolean | undefined): Verdict {
  return holds === undefined ? 'unknown' : holds ? 'true' : 'false';
}
