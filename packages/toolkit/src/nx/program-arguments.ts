import type { ExecutorContext } from '@nx/devkit';
import type { Environment } from '../environment/environment.js';
import { parseNxCommand } from './nx-command.js';

/** Not hashed: what stands behind `--` on Nx's command line, as JSON; empty where there is no `--`. */
const argumentsVariable = 'MILLWRIGHT_PROGRAM_ARGUMENTS';

/**
 * Tells tasks what stands behind `--`, which Nx hands over like options.
 * @param argv of Nx, as `process.argv` has it
 */
export function announceArguments(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  const { behind } = parseNxCommand(argv);
  env[argumentsVariable] = behind === undefined ? '' : JSON.stringify(behind);
}

/** The arguments behind `--`; undefined where there is no `--`. */
function argumentsBehind(env: Environment): string[] | undefined {
  const announced = env[argumentsVariable];
  return announced ? (JSON.parse(announced) as string[]) : undefined;
}

/**
 * The arguments that a task hands to the program it starts: all behind `--`, else those that are no options.
 * @param unparsed what stands on the command line, in order
 * @param options the names of the executor's options
 */
export function argumentsFor(
  unparsed: readonly string[],
  options: Iterable<string>,
  env: Environment,
): string[] {
  return argumentsBehind(env) ?? programArguments(unparsed, options);
}

/**
 * The arguments of the program among those that Nx hands over: all but the executor's own options with their values.
 * @param unparsed what stands on the command line, in order
 * @param options the names of the executor's options
 */
export function programArguments(unparsed: readonly string[], options: Iterable<string>): string[] {
  const known = new Set([...options].map(plain));
  const isOwn = (arg: string | undefined) =>
    arg !== undefined && /^--[^-]/.test(arg) && known.has(plain(arg));
  return unparsed.filter((arg, index) => {
    if (isOwn(arg)) return false;
    // An option takes the next argument as its value where that is none itself (yargs, which Nx parses with).
    const before = unparsed[index - 1];
    return arg.startsWith('-') || !isOwn(before) || before?.includes('=') === true;
  });
}

/** An option's name whatever its spelling: `--no-default-features=x` is `defaultfeatures`. */
function plain(option: string): string {
  return option
    .replace(/^--(no-)?/, '')
    .replace(/[=.].*$/s, '')
    .replaceAll('-', '')
    .toLowerCase();
}

/**
 * The executor's own options among those that Nx merged. Behind `--` all belong to the program, also what is named
 * like an option, so that only the target's own options are left.
 * @param known the names of the executor's options
 */
export function ownOptions(
  options: unknown,
  known: Iterable<string>,
  { target, configurationName = '' }: Pick<ExecutorContext, 'target' | 'configurationName'>,
  env: Environment,
): unknown {
  const configured = { ...target?.options, ...target?.configurations?.[configurationName] } as object;
  if (argumentsBehind(env) !== undefined) return configured;
  const names = new Set([...known, ...Object.keys(configured)]);
  const merged = Object.entries(options as Readonly<Record<string, unknown>>);
  return Object.fromEntries(merged.filter(([name]) => names.has(name)));
}
