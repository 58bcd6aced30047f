/**
 * Characters that a terminal interprets instead of showing, except tab and line feed: control characters,
 * which can move the cursor or change the window title, and characters that change the text direction or
 * separate lines.
 */
const unprintable =
  // eslint-disable-next-line no-control-regex -- the pattern must match them
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** Longer lines are truncated, because a file can have lines of megabytes. */
const maxLineLength = 2_000;

/** Makes a text from a file, such as a name or a part of a document, safe to print on a terminal. */
export function printable(text: string): string {
  const shown = text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
  if (shown.length <= maxLineLength) return shown;
  return shown
    .split('\n')
    .map((line) => (line.length <= maxLineLength ? line : `${line.slice(0, maxLineLength)}…`))
    .join('\n');
}

/**
 * A colour or text style (ECMA-48, Select Graphic Rendition), which affects only the appearance of text.
 */
// eslint-disable-next-line no-control-regex -- the pattern must match it
const style = /\u001B\[([\d;]*)m/;

/** Ends all colours and styles. */
const reset = '\u001B[0m';

/**
 * Makes output of a program, such as of a test or container, safe to print. Keeps colours within each line, and resets them
 * at its end, so that they do not affect what is printed next. Drops the style that hides text.
 */
export function printableOutput(text: string): string {
  return text.split('\n').map(printableLine).join('\n');
}

function printableLine(line: string): string {
  let [shown, isStyled] = ['', false];
  for (const [index, part] of line.split(style).entries()) {
    const codes = index % 2 === 0 ? [] : visibleCodes(part.split(';').map(Number));
    if (index % 2 === 0) shown += printable(part);
    if (codes.length === 0) continue;
    shown += `\u001B[${codes.join(';')}m`;
    isStyled = codes.at(-1) !== 0;
  }
  return isStyled ? shown + reset : shown;
}

/** Codes of a colour whose arguments follow (ITU-T T.416). */
const extendedColours: ReadonlySet<number> = new Set([38, 48, 58]);
/** The length of a colour with its arguments, by the first one: `5` and an index, or `2` and three components. */
const colourLengths: ReadonlyMap<number | undefined, number> = new Map([
  [5, 3],
  [2, 5],
]);
const conceal = 8;

/** Removes the code that hides text. The same number as an argument of a colour is kept. */
function visibleCodes(codes: readonly number[]): number[] {
  const kept: number[] = [];
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (!extendedColours.has(code)) {
      if (code !== conceal) kept.push(code);
      continue;
    }
    const length = colourLengths.get(codes[at + 1]) ?? 1;
    kept.push(...codes.slice(at, at + length));
    at += length - 1;
  }
  return kept;
}
