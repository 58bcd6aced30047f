import type { ExecutorContext } from '@nx/devkit';
import { z } from 'zod';
import type { Environment } from '../environment/environment.js';
import { plainOption } from '../options/option-name.js';
import { parseNxCommand } from './nx-command.js';

/** An executor's option `__unparsed__`, which Nx fills with the raw arguments of its command line. */
export const unparsedOption = z
  .array(z.string())
  .meta({ hidden: true, $default: { $source: 'unparsed' }, 'x-priority': 'internal' })
  .default([]);

/** Not hashed. The arguments after `--` on Nx's command line as JSON. Empty if there is no `--`. */
const argumentsVariable = 'MILLWRIGHT_PROGRAM_ARGUMENTS';

/**
 * Passes the arguments after `--` to tasks, because Nx passes them on like options.
 * @param argv `process.argv` of Nx
 */
export function announceArguments(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  const { afterSeparator } = parseNxCommand(argv);
  env[argumentsVariable] = afterSeparator === undefined ? '' : JSON.stringify(afterSeparator);
}

/** Returns the arguments after `--`, if there is one. */
function argumentsAfterSeparator(env: Environment): string[] | undefined {
  const announced = env[argumentsVariable];
  return announced ? (JSON.parse(announced) as string[]) : undefined;
}

/**
 * Returns the arguments that a task passes to the program that it starts: all after `--`, otherwise those
 * that are not options.
 * @param unparsed the arguments on the command line, in order
 * @param options the names of the executor's options
 */
export function argumentsFor(
  unparsed: readonly string[],
  options: Iterable<string>,
  env: Environment,
): string[] {
  return argumentsAfterSeparator(env) ?? programArguments(unparsed, options);
}

/**
 * Returns the arguments for the program among those from Nx: all except the executor's options and their
 * values.
 * @param unparsed the arguments on the command line, in order
 * @param options the names of the executor's options
 */
export function programArguments(unparsed: readonly string[], options: Iterable<string>): string[] {
  const known = new Set([...options].map(plainOption));
  const isOwn = (arg: string | undefined) =>
    arg !== undefined && /^--[^-]/.test(arg) && known.has(plainOption(arg));
  return unparsed.filter((arg, index) => {
    if (isOwn(arg)) return false;
    // An option uses the next argument as its value unless that is an option (yargs, which Nx uses).
    const before = unparsed[index - 1];
    return arg.startsWith('-') || !isOwn(before) || before?.includes('=') === true;
  });
}

/**
 * Returns the executor's options among those that Nx merged. With `--`, all arguments belong to the
 * program, even those named like options, so only the target's configured options remain.
 * @param known the names of the executor's options
 */
export function ownOptions(
  options: unknown,
  known: Iterable<string>,
  { target, configurationName = '' }: Pick<ExecutorContext, 'target' | 'configurationName'>,
  env: Environment,
): unknown {
  const configured = { ...target?.options, ...target?.configurations?.[configurationName] } as object;
  if (argumentsAfterSeparator(env) !== undefined) return configured;
  const names = new Set([...known, ...Object.keys(configured)]);
  const merged = Object.entries(options as Readonly<Record<string, unknown>>);
  return Object.fromEntries(merged.filter(([name]) => names.has(name)));
}
