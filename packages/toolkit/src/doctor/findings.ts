import { formatLocation, MillwrightError } from '../errors/errors.js';
import { onPath } from '../environment/programs.js';
import { checkFolder, folderState } from './folders.js';
import { formatSize } from '../text/units.js';

/** The result of one check of a doctor target. */
export interface Finding {
  readonly state: 'ok' | 'hint' | 'missing';
  readonly what: string;
  readonly detail: string;
  /** The command that fixes it. */
  readonly remedy?: string;
}

type Attempt<Value> = { readonly value: Value } | { readonly finding: Finding };

/** Returns the value of a step, or a finding if it throws a MillwrightError. Other errors are thrown. */
export function attempt<Value>(what: string, step: () => Value): Attempt<Value> {
  try {
    return { value: step() };
  } catch (error) {
    return { finding: missing(what, error) };
  }
}

/** The asynchronous version of `attempt`. */
export async function attemptAsync<Value>(what: string, step: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await step() };
  } catch (error) {
    return { finding: missing(what, error) };
  }
}

/** An error in one line: the location if it has one, what happened and why. */
function detailOf({ location, what, why }: MillwrightError): string {
  return [location === undefined ? undefined : formatLocation(location), what, why]
    .filter((part) => part !== undefined)
    .join(': ');
}

function missing(what: string, error: unknown): Finding {
  if (!(error instanceof MillwrightError)) throw error;
  return { state: 'missing', what, detail: detailOf(error), remedy: error.remedy };
}

/**
 * Checks that a build can write to a folder and has enough disk space. If it does not exist, its nearest
 * existing ancestor is checked.
 */
export function folderFinding(path: string): Finding {
  const state = folderState(path);
  const checked = attempt(path, () => {
    checkFolder(state);
  });
  return 'finding' in checked
    ? checked.finding
    : { state: 'ok', what: 'room', detail: `${formatSize(state.free)} for ${path}` };
}

/**
 * Checks for a program that builds do not require. @param use its purpose, for example `runs tests in
 * parallel`
 */
export function optionalProgram(program: string, use: string, remedy: string): Finding {
  const [path] = onPath(program, process.env);
  return path === undefined
    ? { state: 'hint', what: program, detail: `not installed; it ${use}`, remedy }
    : { state: 'ok', what: program, detail: path };
}

const marks = { ok: '✔', hint: '·', missing: '✖' } as const;

/** Formats the findings as an aligned list, each remedy below its finding. Duplicates are listed once. */
export function formatFindings(findings: readonly Finding[]): string {
  const distinct = findings.filter(
    (finding, index) =>
      findings.findIndex(({ what, detail }) => what === finding.what && detail === finding.detail) === index,
  );
  const width = Math.max(...distinct.map(({ what }) => what.length));
  const lines = distinct.flatMap(({ state, what, detail, remedy }) => [
    `${marks[state]} ${what.padEnd(width)}  ${detail.replaceAll('\n', `\n  ${''.padEnd(width)}  `)}`,
    ...(remedy === undefined ? [] : [`  ${''.padEnd(width)}  help: ${remedy}`]),
  ]);
  const missingCount = distinct.filter(({ state }) => state === 'missing').length;
  const last =
    missingCount === 0
      ? 'nothing is missing'
      : `${missingCount} ${missingCount === 1 ? 'thing is' : 'things are'} missing`;
  return [...lines, '', last].join('\n');
}
