import { posix } from 'node:path';
import { goTokens, type Token } from './go-lexer.js';

/** The variables and paths that a file's code names in literals. */
export interface LiteralReads {
  /** Environment variables. */
  readonly variables: readonly string[];
  /** Paths outside the package's folder (`../…`), as far as they are literal. */
  readonly paths: readonly string[];
}

const none: LiteralReads = { variables: [], paths: [] };

/**
 * Finds the variables that code reads (`os.Getenv`, `os.LookupEnv`, `syscall.Getenv`, `os.ExpandEnv`) and
 * the paths that it names, including joined ones. Setting a variable does not count. Computed names are not
 * found.
 */
export function readLiterals(text: string): LiteralReads {
  // Most files contain none of these words, and searching for them is much faster than tokenizing.
  if (!/Getenv|LookupEnv|ExpandEnv|\.\.[/"`]/.test(text)) return none;
  const variables = new Set<string>();
  const paths = new Set<string>();
  const tokens = [...goTokens(text)].filter(({ kind }) => kind !== 'comment');
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'string') addPath(paths, token.text);
    else if (token.kind !== 'word' || tokens[at + 1]?.text !== '(') continue;
    const [first, ...rest] = stringsAt(tokens, at + 2);
    if (first === undefined) continue;
    if (token.text === 'Getenv' || token.text === 'LookupEnv') variables.add(first);
    else if (token.text === 'ExpandEnv') {
      for (const [, name = ''] of first.matchAll(/\$\{?(\w+)/g)) variables.add(name);
    } else if (token.text === 'Join') addPath(paths, posix.join(first, ...rest));
  }
  return {
    variables: [...variables].filter((name) => /^\w+$/.test(name)).sort(),
    paths: [...paths].sort(),
  };
}

function addPath(paths: Set<string>, path: string): void {
  if (!/(^|\/)\.\.(\/|$)/.test(path)) return;
  const plain = posix.normalize(path).replace(/\/$/, '');
  if (plain === '..' || plain.startsWith('../')) paths.add(plain);
}

/** Returns the comma-separated strings from an index on. */
function stringsAt(tokens: readonly Token[], from: number): string[] {
  const found: string[] = [];
  for (let at = from; tokens[at]?.kind === 'string'; at += 2) {
    found.push(tokens[at]?.text ?? '');
    if (tokens[at + 1]?.text !== ',') break;
  }
  return found;
}
