/**
 * Characters that a terminal acts on rather than shows, all but tab and line feed: control characters, which can move
 * the cursor or change the window's title, and those that change the direction of the text or end lines of their own.
 */
const unprintable =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** Longer lines are cut: a file may have a line of megabytes. */
const longestLine = 2_000;

/** A text that comes from files, such as a name or a part of a document, as a terminal may be given it. */
export function printable(text: string): string {
  const shown = text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
  if (shown.length <= longestLine) return shown;
  return shown
    .split('\n')
    .map((line) => (line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`))
    .join('\n');
}

/** A colour or weight of text (ECMA-48, Select Graphic Rendition), which changes nothing but how text looks. */
// eslint-disable-next-line no-control-regex -- it is what is looked for
const style = /(\u001B\[[\d;]*m)/;

/** A line that a program wrote for a terminal, such as a test or a container: it keeps its colours, and nothing else. */
export function printableOutput(text: string): string {
  return text
    .split(style)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
