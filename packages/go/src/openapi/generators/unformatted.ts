import { goTokens, type Token } from '../../source-scan/go-lexer.js';

/**
 * Removes unused imports from a generated file, because Go rejects them. An import may stay if its name
 * also has another meaning in the code. No used import is removed.
 * @param code a generated file with its imports in one block, one per line
 */
export function withoutUnusedImports(code: string): string {
  const tokens = [...goTokens(code)].filter(({ kind }) => kind !== 'comment');
  const start = tokens.findIndex(({ text }, at) => text === 'import' && tokens[at + 1]?.text === '(');
  const end = tokens.findIndex(({ kind, text }, at) => at > start && kind === 'sign' && text === ')');
  if (start < 0 || end < 0) return code;
  const used = qualifiersIn(tokens.slice(end));
  const unused = importsIn(tokens.slice(start + 2, end)).filter(
    ({ names }) => names !== undefined && !names.some((name) => used.has(name)),
  );
  return unused.reduceRight((text, { at, end: to }) => withoutLines(text, at, to), code);
}

/**
 * Removes the indentation of a comment's first line if the next line has none, as templates produce it.
 * Otherwise gofmt would have to run twice.
 */
export function withEvenComments(code: string): string {
  return code.replace(/^[ \t]+(\/\/.*\n)(?=\/\/)/gm, '$1');
}

interface Import {
  /** The offsets of the import in the code. */
  readonly at: number;
  readonly end: number;
  /**
   * The possible names of the package in the code. Undefined if it is imported for its effects or its name is
   * unknown.
   */
  readonly names: readonly string[] | undefined;
}

/** @param tokens the tokens between the parentheses of the block */
function importsIn(tokens: readonly Token[]): Import[] {
  return tokens.flatMap((path, index) => {
    if (path.kind !== 'string') return [];
    const before = tokens[index - 1];
    const own = before === undefined || before.kind === 'string' ? undefined : before;
    return [{ at: (own ?? path).at, end: path.end, names: namesOf(own?.text, path.text) }];
  });
}

/**
 * Returns the explicit name of an import, or the names that a package with this path usually has. Only its source
 * contains the actual one.
 * @param own the explicit name, if any
 */
function namesOf(own: string | undefined, path: string): readonly string[] | undefined {
  if (own !== undefined) return own === '_' || own === '.' ? undefined : [own];
  const last =
    path
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.v\d+$/, '') ?? '';
  return /^\w+$/.test(last) ? [last] : undefined;
}

/** Returns the names that precede a dot and another name and are not fields themselves. */
function qualifiersIn(tokens: readonly Token[]): Set<string> {
  return new Set(
    tokens.flatMap(({ kind, text }, at) => {
      const isQualifier =
        kind === 'word' &&
        tokens[at - 1]?.text !== '.' &&
        tokens[at + 1]?.text === '.' &&
        tokens[at + 2]?.kind === 'word';
      return isQualifier ? [text] : [];
    }),
  );
}

/** Removes the line with a range, unless the line contains anything else except a comment. */
function withoutLines(code: string, at: number, end: number): string {
  const start = code.lastIndexOf('\n', at) + 1;
  const next = code.indexOf('\n', end) + 1 || code.length;
  const around = code.slice(start, at) + code.slice(end, next);
  return /^\s*(\/\/.*)?\s*$/.test(around) ? code.slice(0, start) + code.slice(next) : code;
}
