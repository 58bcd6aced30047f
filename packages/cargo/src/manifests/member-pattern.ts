/** A part of a pattern between two slashes: `**`, or what each character of a folder's name has to be. */
type Part = '**' | readonly Token[];

/** `*`, or a test of one character. */
type Token = '*' | ((character: string) => boolean);

/** Whether a text has characters that mean more than themselves in a pattern. */
export function isMemberPattern(text: string): boolean {
  return /[?*[]/.test(text);
}

/**
 * A pattern of folders as cargo reads it in `members` (the crate `glob`): `?`, `*`, `[a-z]`, `[!a-z]`, and `**` for any
 * folders. Matching takes no longer than the length of the pattern times that of the path: patterns come from
 * repositories, and a regular expression made of one may take forever.
 */
export class MemberPattern {
  private readonly parts: readonly Part[];

  constructor(pattern: string) {
    this.parts = pattern.split('/').map((part) => (part === '**' ? part : tokensOf(part)));
  }

  matches(folder: string): boolean {
    const names = folder.split('/');
    // Which numbers of names, from the first, the parts so far may stand for, in ascending order.
    let reached: readonly number[] = [0];
    for (const part of this.parts) {
      const [least] = reached;
      if (least === undefined) return false;
      reached =
        part === '**'
          ? Array.from({ length: names.length - least + 1 }, (_, more) => least + more)
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
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (character === '?') tokens.push(() => true);
    else if (close > 0) {
      tokens.push(oneOf(characters.slice(at + 1, close)));
      at = close;
    } else tokens.push((one) => one === character);
  }
  return tokens;
}

/** Where a `[` is closed; a `]` right behind it, or behind its `!`, stands for itself. */
function closeOf(characters: readonly string[], open: number, lastClose: number): number {
  const first = open + (characters[open + 1] === '!' ? 3 : 2);
  // Without the comparison, each of many brackets that nothing closes would search the rest of the pattern.
  return first <= lastClose ? characters.indexOf(']', first) : -1;
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

/** Goes on behind the last `*` whenever a later token does not fit: what an earlier one stood for need not change. */
function matchesName(tokens: readonly Token[], name: string): boolean {
  const characters = Array.from(name);
  let at = 0;
  let token = 0;
  let star = -1;
  let behindStar = 0;
  while (at < characters.length) {
    const next = tokens[token];
    if (next === '*') {
      star = token++;
      behindStar = at;
    } else if (next?.(characters[at] ?? '') === true) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++behindStar;
    } else return false;
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}
