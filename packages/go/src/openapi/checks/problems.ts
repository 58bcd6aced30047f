import type { OverlayAction } from '../bundling/fix-overlay.js';
import type { Origins } from '../document/origins.js';
import type { Pointer } from '../document/json.js';
import type { MillwrightError } from '@millwright/toolkit';
import { goError } from '../../errors.js';

/** The maximum number of remedies in a message. */
const shownRemedies = 3;

/** A problem of a document that makes its client impossible. */
export interface DocumentProblem {
  readonly code: 'OPENAPI_DOCUMENT_INVALID' | 'OPENAPI_NAME_COLLISION';
  readonly what: string;
  /** The Go name that collides. */
  readonly goName?: string;
  readonly pointer: Pointer;
  readonly why: string;
  readonly remedy: string;
  /** The overlay actions that resolve it. Empty if only a person can. */
  readonly fix: readonly OverlayAction[];
}

/**
 * Rejects a document that has problems. The message lists all of them with their lines.
 * @throws MillwrightError with the code of the first problem
 */
export function rejectProblems(problems: readonly DocumentProblem[], origins: Origins): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw problemsError(first, others, origins);
}

/** Returns the error for problems. */
export function problemsError(
  first: DocumentProblem,
  others: readonly DocumentProblem[],
  origins: Origins,
  output?: string,
): MillwrightError {
  const problems = [first, ...others];
  const isFixable = problems.some(({ fix }) => fix.length > 0);
  const further = others.map(({ what, why, pointer }) => `${origins.of(pointer)}: ${what} (${why})`);
  return goError(first.code, {
    what: first.what,
    location: origins.locationOf(first.pointer),
    why: [first.why, ...further].join('\n'),
    remedy: [
      ...[...new Set(problems.map(({ remedy }) => remedy))].slice(0, shownRemedies),
      ...(isFixable ? ['or run the target with --fix, which writes an overlay that does this'] : []),
    ].join('; '),
    ...(output === undefined ? {} : { output }),
  });
}
