/**
 * Leaves out the imports of a generated file that its code does not use, which Go refuses. A name that stands for
 * something else as well may keep its import; none that is used is lost.
 * @param code a file as generators write it, its imports in one block
 */
export function withoutUnusedImports(code: string): string {
  const block = /^import \(\n([^)]*)^\)/m.exec(code);
  if (!block) return code;
  const [whole, lines = ''] = block;
  const imports = lines.split('\n').map((line) => ({ line, name: importName(line) }));
  const names = imports.flatMap(({ name }) => name ?? []);
  const used = usedOf(names, code.slice(block.index + whole.length));
  const kept = imports.filter(({ name }) => name === undefined || used.has(name)).map(({ line }) => line);
  return `${code.slice(0, block.index)}import (\n${kept.join('\n')})${code.slice(block.index + whole.length)}`;
}

/**
 * Brings the lines of a comment to one column where the first of them is indented and the next is not, as templates
 * leave them: gofmt would need two runs for such a comment.
 */
export function withEvenComments(code: string): string {
  return code.replace(/^[ \t]+(\/\/.*\n)(?=\/\/)/gm, '$1');
}

/** The name that a package goes by: its own, or the last element of its path, a major version passed over. */
function importName(line: string): string | undefined {
  const [, own, path] = /^\s*([\w.]+)?\s*"([^"]+)"/.exec(line) ?? [];
  if (path === undefined || own === '_' || own === '.') return undefined;
  return (
    own ??
    path
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.v\d+$/, '')
  );
}

/** Those of the names that stand before a dot, comments and strings passed over. */
function usedOf(names: readonly string[], code: string): Set<string> {
  const strings = String.raw`//[^\n]*|/\*[^]*?\*/|"(?:[^"\\\n]|\\.)*"|\`[^\`]*\`|'(?:[^'\\\n]|\\.)+'`;
  const qualifier = String.raw`(?<![\w.])(${names.join('|')})\.(?!\.)`;
  const found = new Set<string>();
  for (const [, name] of code.matchAll(new RegExp(`${strings}|${qualifier}`, 'g'))) {
    if (name !== undefined) found.add(name);
  }
  return found;
}
