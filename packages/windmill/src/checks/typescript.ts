import { parseSync } from 'oxc-parser';
import { type CodeProblem, positionOf } from './types.js';

/** Checks the syntax of TypeScript, and of JavaScript, with oxc. */
export function checkTypescript(code: string): CodeProblem[] {
  return parseSync('script.ts', code, { sourceType: 'module', showSemanticErrors: true })
    .errors.filter(({ severity }) => ['Error'].includes(severity))
    .map(({ message, labels }) => ({ ...positionOf(code, labels[0]?.start ?? 0), message }));
}
