import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import type { CodeProblem } from './types.js';

// Without rules, only syntax is checked. 3.14 accepts what older versions accept.
const ruff = new Workspace({ 'target-version': 'py314', lint: { select: [] } }, PositionEncoding.Utf16);

interface Diagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
}

/** Checks the syntax of Python with ruff. */
export function checkPython(code: string): CodeProblem[] {
  return (ruff.check(code) as Diagnostic[])
    .filter(({ code: rule }) => rule === null || rule === 'invalid-syntax')
    .map(({ message, start_location: { row, column } }) => ({ line: row, column, message }));
}
