import { LangVariant, parse } from 'sh-syntax';
import type { CodeProblem } from './types.js';

/** An error of the parser, which knows one mistake only. */
interface ParseFailure {
  readonly Text: string;
  readonly Pos: { readonly Line: number; readonly Col: number };
}

/** Checks the syntax of Bash with the parser of shfmt. */
export async function checkBash(code: string): Promise<CodeProblem[]> {
  try {
    await parse(code, { variant: LangVariant.LangBash });
    return [];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [{ line: error.Pos.Line, column: error.Pos.Col, message: error.Text }];
  }
}

function isFailure(error: unknown): error is ParseFailure {
  return error instanceof Error && 'Text' in error && 'Pos' in error;
}
