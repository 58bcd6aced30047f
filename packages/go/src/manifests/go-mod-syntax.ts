import { posix } from 'node:path';
import { type MillwrightError } from '@millwright/toolkit';
import { goError } from '../errors.js';

/** A line of a go.mod or go.work file. A line in a block has the block's verb. */
export interface Directive {
  readonly verb: string;
  readonly args: readonly string[];
  /** The text after `//` on the line. */
  readonly comment: string;
  readonly line: number;
}

/**
 * Yields the directives of a file (Go Modules Reference, "Lexical elements", "Grammar").
 * @param path the file name for errors
 * @throws MillwrightError GO_MOD_INVALID with file and line
 */
export function* directivesOf(path: string, text: string): Generator<Directive> {
  let block: string | undefined;
  let line = 0;
  for (const raw of text.split('\n')) {
    line += 1;
    const { tokens, comment } = tokensOf(path, line, raw);
    const [first, second] = tokens;
    if (first === undefined) continue;
    if (block !== undefined) {
      if (first === ')') block = undefined;
      else yield { verb: block, args: tokens, comment, line };
    } else if (second === '(') block = first;
    else yield { verb: first, args: tokens.slice(1), comment, line };
  }
  if (block !== undefined) throw invalid(path, line, `the block "${block} (" is not closed`);
}

/**
 * A string, an arrow, a bracket or comma, or a word. A word ends before any of these and before a comment.
 */
const token = /"([^"]*)"|`([^`]*)`|=>|[()[\]{},]|(?:(?!\/\/)[^\s"`()[\]{},])+/y;

function tokensOf(path: string, line: number, raw: string): { tokens: string[]; comment: string } {
  const tokens: string[] = [];
  const text = raw.trimEnd();
  for (let at = blanksAt(text, 0); at < text.length; at = blanksAt(text, token.lastIndex)) {
    if (text.startsWith('//', at)) return { tokens, comment: text.slice(at + 2).trim() };
    token.lastIndex = at;
    const [found, double, raws] = token.exec(text) ?? [];
    if (found === undefined) throw invalid(path, line, `cannot parse ${text.slice(at, at + 40)}`);
    tokens.push(double ?? raws ?? found);
  }
  return { tokens, comment: '' };
}

function blanksAt(text: string, at: number): number {
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

export function invalid(path: string, line: number, why: string): MillwrightError {
  return goError('GO_MOD_INVALID', {
    what: `${posix.basename(path)} is invalid`,
    location: { file: path, line },
    why,
  });
}
