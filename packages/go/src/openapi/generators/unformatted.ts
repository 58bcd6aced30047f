import { goTokens, type Token } from '../../source-scan/go-lexer.js';

/**
 * Leaves out the imports of a generated file that its code does not use, which Go refuses. A name that stands for
 * something else as well may keep its import; none that is used is lost.
 * @param code a file as generators write it, its imports in one block with a line for each
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
 * Brings the lines of a comment to one column where the first of them is indented and the next is not, as templates
 * leave them: gofmt would need two runs for such a comment.
 */
export function withEvenComments(code: string): string {
  return code.replace(/^[ \t]+(\/\/.*\n)(?=\/\/)/gm, '$1');
}

interface Import {
  /** Where it is written. */
  readonly at: number;
  readonly end: number;
  /** What the package may go by in the code; undefined where it has an effect without a name, or one that is not known. */
  readonly names: readonly string[] | undefined;
}

/** @param tokens those between the brackets of the block */
function importsIn(tokens: readonly Token[]): Import[] {
  return tokens.flatMap((path, index) => {
    if (path.kind !== 'string') return [];
    const before = tokens[index - 1];
    const own = before === undefined || before.kind === 'string' ? undefined : before;
    return [{ at: (own ?? path).at, end: path.end, names: namesOf(own?.text, path.text) }];
  });
}

/**
 * The own name of an import, or the names that a package of the path usually has: only its source has the real one.
 * @param own the name in the import
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

/** The names that stand before a dot and another name, and are no fields themselves. */
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

/** Cuts the line that holds nothing but a range, but for a comment; where it holds more, it stays. */
function withoutLines(code: string, at: number, end: number): string {
  const start = code.lastIndexOf('\n', at) + 1;
  const next = code.indexOf('\n', end) + 1 || code.length;
  const around = code.slice(start, at) + code.slice(end, next);
  return /^\s*(\/\/.*)?\s*$/.test(around) ? code.slice(0, start) + code.slice(next) : code;
}
