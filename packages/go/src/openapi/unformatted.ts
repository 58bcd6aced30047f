/**
 * Leaves out the imports of a generated file that its code does not use, which Go refuses. A name that stands for
 * something else as well may keep its import; none that is used is lost.
 * @param code a file as generators write it, its imports in one block
 */
export function withoutUnusedImports(code: string): string {
  const block = /^import \(\n([^)]*)^\)/m.exec(code);
  if (!block) return code;
  const [whole, lines = ''] = block;
  const used = qualifiers(code.slice(block.index + whole.length));
  const kept = lines.split('\n').filter((line) => {
    const name = importName(line);
    return name === undefined || used.has(name);
  });
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

/** The names before a dot, comments and strings passed over. */
function qualifiers(code: string): Set<string> {
  const found = new Set<string>();
  const tokens =
    /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|\.?([A-Za-z_]\w*)(?=(\.(?!\.))?)/g;
  for (const [token, name, dot] of code.matchAll(tokens)) {
    if (name !== undefined && dot !== undefined && !token.startsWith('.')) found.add(name);
  }
  return found;
}
