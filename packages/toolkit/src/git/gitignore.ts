/**
 * Adds entries to the text of a .gitignore, except those that it already contains in any spelling.
 * @returns the same text if none is missing
 */
export function withIgnored(text: string, entries: readonly string[]): string {
  const plain = (line: string) => line.trim().replace(/^\//, '').replace(/\/$/, '');
  const present = new Set(text.split('\n').map(plain));
  const covered = (entry: string) =>
    present.has(plain(entry)) || (entry.startsWith('.nx/') && present.has('.nx'));
  const missing = entries.filter((entry) => !covered(entry));
  if (missing.length === 0) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`;
}
