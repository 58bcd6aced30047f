import { formatLocation, MillwrightError } from '../errors/errors.js';
import { onPath } from '../environment/programs.js';
import { checkFolder, folderState } from './folders.js';
import { formatSize } from '../text/units.js';

/** One thing that a doctor looked at. */
export interface Finding {
  readonly state: 'ok' | 'hint' | 'missing';
  readonly what: string;
  readonly detail: string;
  /** The command that fixes it. */
  readonly remedy?: string;
}

type Attempt<Value> = { readonly value: Value } | { readonly finding: Finding };

/** What a step gives, or the finding that its error is. Errors of other kinds are thrown on. */
export function attempt<Value>(what: string, step: () => Value): Attempt<Value> {
  try {
    return { value: step() };
  } catch (error) {
    return { finding: missing(what, error) };
  }
}

/** The same for a step that takes its time. */
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

/** Whether a build can fill a folder, or the nearest one above it where it does not exist yet. */
export function folderFinding(path: string): Finding {
  const state = folderState(path);
  const checked = attempt(path, () => {
    checkFolder(state);
  });
  return 'finding' in checked
    ? checked.finding
    : { state: 'ok', what: 'room', detail: `${formatSize(state.free)} for ${path}` };
}

/** A program that builds do without. @param use what it does, as `runs tests in parallel` */
export function optionalProgram(program: string, use: string, remedy: string): Finding {
  const [path] = onPath(program, process.env);
  return path === undefined
    ? { state: 'hint', what: program, detail: `not installed; it ${use}`, remedy }
    : { state: 'ok', what: program, detail: path };
}

const marks = { ok: '✔', hint: '·', missing: '✖' } as const;

/** The findings as an aligned list, each remedy below its finding; what was found twice stands there once. */
export function formatFindings(findings: readonly Finding[]): string {
  const distinct = findings.filter(
    (finding, index) =>
      findings.findIndex(({ what, detail }) => what === finding.what && detail === finding.detail) === index,
  );
  const width = Math.max(...distinct.map(({ what }) => what.length));
  const lines = distinct.flatMap(({ state, what, detail, remedy }) => [
    `${marks[state]} ${what.padEnd(width)}  ${detail}`,
    ...(remedy === undefined ? [] : [`  ${''.padEnd(width)}  help: ${remedy}`]),
  ]);
  const lacking = distinct.filter(({ state }) => state === 'missing').length;
  const last =
    lacking === 0 ? 'nothing is missing' : `${lacking} ${lacking === 1 ? 'thing is' : 'things are'} missing`;
  return [...lines, '', last].join('\n');
}
