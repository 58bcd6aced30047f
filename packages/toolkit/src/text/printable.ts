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
const style = /(\u001B\[[\d;]*m)/;

/** Makes a line of program output, such as of a test or container, safe to print. Keeps its colours. */
export function printableOutput(text: string): string {
  return text
    .split(style)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
