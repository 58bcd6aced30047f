/** A part of a pattern between slashes: `**`, or tokens that match a folder's name. */
type Part = '**' | readonly Token[];

/** Matches any number of characters. */
const anything = Symbol('*');

/** `*`, one character, or a predicate for one character. A pattern can have millions, so a character is no function. */
type Token = typeof anything | string | ((character: string) => boolean);

/** Returns whether a string contains pattern characters. */
export function isMemberPattern(text: string): boolean {
  return /[?*[]/.test(text);
}

/**
 * A pattern in `workspace.members` (syntax: the crate `glob`): `?`, `*`, `[a-z]`, `[!a-z]`, and `**` for any number of
 * folders. Matching takes time proportional to pattern length times path length. Patterns are untrusted input, and a
 * regular expression built from one could take exponential time.
 */
export class MemberPattern {
  private readonly parts: readonly Part[];

  constructor(pattern: string) {
    this.parts = pattern.split('/').map((part) => (part === '**' ? part : tokensOf(part)));
  }

  matches(folder: string): boolean {
    const names = folder.split('/');
    // The possible numbers of names that the parts so far can match, in ascending order.
    let reached: readonly number[] = [0];
    for (const part of this.parts) {
      const [first] = reached;
      if (first === undefined) return false;
      reached =
        part === '**'
          ? Array.from({ length: names.length - first + 1 }, (_, more) => first + more)
          : reached
              .filter((count) => count < names.length && matchesName(part, names[count] ?? ''))
              .map((count) => count + 1);
    }
    return reached.at(-1) === names.length;
  }
}

function tokensOf(part: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(part);
  const lastClose = characters.lastIndexOf(']');
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const close = character === '[' ? closeOf(characters, at, lastClose) : -1;
    if (character === '*') {
      if (tokens.at(-1) !== anything) tokens.push(anything);
    } else if (character === '?') tokens.push(() => true);
    else if (close > 0) {
      tokens.push(oneOf(characters.slice(at + 1, close)));
      at = close;
    } else tokens.push(character);
  }
  return tokens;
}

/** Finds the bracket that closes a `[`; a `]` directly after `[` or `[!` is literal. */
function closeOf(characters: readonly string[], open: number, lastClose: number): number {
  const earliest = open + (characters[open + 1] === '!' ? 3 : 2);
  // Without the comparison, many unclosed brackets would take quadratic time.
  return earliest <= lastClose ? characters.indexOf(']', earliest) : -1;
}

function oneOf(set: readonly string[]): (character: string) => boolean {
  const isNegated = set[0] === '!';
  const ranges: [string, string][] = [];
  const members = isNegated ? set.slice(1) : set;
  for (let at = 0; at < members.length; at++) {
    const first = members[at] ?? '';
    const last = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) at += 2;
  }
  return (character) => ranges.some(([first, last]) => first <= character && character <= last) !== isNegated;
}

/** On a mismatch, continues after the last `*`; matches of earlier ones never need to change. */
function matchesName(tokens: readonly Token[], name: string): boolean {
  const characters = Array.from(name);
  let at = 0;
  let token = 0;
  let star = -1;
  let afterStar = 0;
  while (at < characters.length) {
    const next = tokens[token];
    if (next === anything) {
      star = token++;
      afterStar = at;
    } else if (next !== undefined && matchesCharacter(next, characters[at] ?? '')) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (tokens[token] === anything) token++;
  return token === tokens.length;
}

function matchesCharacter(token: string | ((character: string) => boolean), character: string): boolean {
  return typeof token === 'string' ? token === character : token(character);
}
