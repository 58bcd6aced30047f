import { isWordCharacter } from '@millwright/toolkit';

/** A token of Go source text. Only the required kinds are distinguished. */
export interface Token {
  readonly kind: 'comment' | 'string' | 'word' | 'sign';
  /** The text of the token. For a string, without its quotes. */
  readonly text: string;
  /** The start offset. `end` is the end offset. */
  readonly at: number;
  readonly end: number;
}

/**
 * Yields the tokens of Go source text, without white space and semicolons (The Go Programming Language
 * Specification, "Lexical elements"). Takes linear time. An unclosed token ends with the text.
 */
export function* goTokens(text: string): Generator<Token, undefined> {
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (isBlank(character)) {
      at += 1;
      continue;
    }
    const token = tokenAt(text, at, character);
    yield token;
    at = token.end;
  }
}

function tokenAt(text: string, at: number, character: string): Token {
  const token = (kind: Token['kind'], end: number, inner = 0): Token => ({
    kind,
    text: text.slice(at + inner, end - inner),
    at,
    end,
  });
  const upTo = (mark: string, from: number) => {
    const found = text.indexOf(mark, from);
    return found < 0 ? text.length : found;
  };
  if (character === '/' && text[at + 1] === '/') return token('comment', upTo('\n', at));
  if (character === '/' && text[at + 1] === '*') {
    return token('comment', Math.min(upTo('*/', at + 2) + 2, text.length));
  }
  if (character === '`') return token('string', Math.min(upTo('`', at + 1) + 1, text.length), 1);
  if (character === '"') return token('string', quotedEnd(text, at), 1);
  if (character === "'") return token('sign', quotedEnd(text, at));
  if (!isWordCharacter(text.charCodeAt(at))) return token('sign', at + 1);
  let end = at + 1;
  while (end < text.length && isWordCharacter(text.charCodeAt(end))) end += 1;
  return token('word', end);
}

function isBlank(character: string): boolean {
  return character === ';' || character === '\uFEFF' || character.trim() === '';
}

/** Returns the end of a string or rune, at the latest the end of the line. */
function quotedEnd(text: string, at: number): number {
  const quote = text[at];
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === quote) return end + 1;
    else if (text[end] === '\n') return end;
  }
  return text.length;
}
