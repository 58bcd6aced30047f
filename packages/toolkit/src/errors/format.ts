import { styleText } from 'node:util';
import { printable } from '../text/printable.js';
import { formatLocation, MillwrightError, withProject } from './errors.js';

export interface ErrorFormat {
  /** Adds the output of the process that failed, or the stack of an internal error. */
  readonly verbose?: boolean;
  readonly colour?: boolean;
}

type Style = Parameters<typeof styleText>[0];

const severities: Readonly<Record<'error' | 'warning', Style>> = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
};

/** An error as rustc prints one: `error[CODE]: what`, then location, cause and help, a line each. */
export function formatError(error: unknown, format: ErrorFormat = {}): string {
  return formatAs('error', error, format);
}

/** A warning in the format of {@link formatError}. */
export function formatWarning(warning: MillwrightError, format: ErrorFormat = {}): string {
  return formatAs('warning', warning, format);
}

/** Several errors, separated by blank lines. */
export function formatErrors(errors: readonly unknown[], format: ErrorFormat = {}): string {
  return errors.map((error) => formatError(error, format)).join('\n\n');
}

/** Prints an error, or the errors of an AggregateError, to standard error, in colour if the terminal supports it. */
export function printError(error: unknown, verbose = false): void {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  console.error(formatErrors(errors, { verbose, colour: hasColour(process.env, process.stderr.isTTY) }));
}

/**
 * Returns whether to use colour: never with `NO_COLOR` (no-color.org), always with `FORCE_COLOR`, which Nx sets for
 * tasks, otherwise only on a terminal.
 */
export function hasColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  return isTerminal && env.TERM !== 'dumb';
}

/**
 * Runs a step of a plugin whose errors Nx prints. Nx prints only the message of an error, so this puts the complete
 * text into it.
 * @throws Error whose message is the complete text of a MillwrightError; other errors unchanged
 */
export async function withCompleteMessage<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    throw new Error(formatError(error), { cause: error });
  }
}

function formatAs(
  severity: keyof typeof severities,
  error: unknown,
  { verbose = false, colour = false }: ErrorFormat,
): string {
  const styled = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const heading = (code: string, what: string) =>
    `${styled(severities[severity], `${severity}[${code}]`)}${styled('bold', `: ${clean(what)}`)}`;
  if (!(error instanceof MillwrightError)) {
    const text =
      error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error);
    return heading('INTERNAL', text);
  }
  const field = (label: string, style: Style, text: string) =>
    `  ${styled(style, `${label}:`)} ${clean(text).replaceAll('\n', `\n${' '.repeat(label.length + 4)}`)}`;
  const lines = [
    heading(error.code, error.what),
    ...(error.location === undefined
      ? []
      : [`  ${styled(['bold', 'blue'], '-->')} ${clean(formatLocation(error.location))}`]),
    field('cause', 'bold', error.why),
    field('help', ['bold', 'cyan'], error.remedy),
  ];
  if (verbose && error.output) lines.push('', error.output.trimEnd());
  return lines.join('\n');
}

function clean(text: string): string {
  return printable(withProject(text, process.env.NX_TASK_TARGET_PROJECT));
}
