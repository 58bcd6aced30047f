/** The parts of an Nx command line that the hook before all tasks requires. */
export interface NxCommand {
  /** From `nx run app:build:dev` and `nx build app`. Undefined for commands that select tasks otherwise. */
  readonly project: string | undefined;
  readonly target: string | undefined;
  /** The arguments before `--`, without the command. */
  readonly beforeSeparator: readonly string[];
  /** The arguments after `--`, if there is one. */
  readonly afterSeparator: readonly string[] | undefined;
}

/** Commands of Nx that do not name a project and target. */
const selecting: ReadonlySet<string> = new Set(['run-many', 'affected', 'exec', 'watch', 'release']);

/**
 * Parses the arguments of an Nx process.
 * @param argv `process.argv`, including the program and the script
 */
export function parseNxCommand(argv: readonly string[]): NxCommand {
  const args = argv.slice(2);
  const end = args.indexOf('--');
  const before = end === -1 ? args : args.slice(0, end);
  const afterSeparator = end === -1 ? undefined : args.slice(end + 1);
  const [command = '', ...beforeSeparator] = before;
  if (selecting.has(command))
    return { project: undefined, target: undefined, beforeSeparator, afterSeparator };
  const positional = beforeSeparator[0]?.startsWith('-') === false ? beforeSeparator[0] : undefined;
  if (command !== 'run') return { project: positional, target: command, beforeSeparator, afterSeparator };
  const [project, target] = positional?.split(':') ?? [];
  return { project, target, beforeSeparator, afterSeparator };
}

/** Returns the values of an option: `--name=value` and `--name value`. */
export function optionValues(name: string, args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (args[index - 1] === `--${name}`) return [arg];
    return arg.startsWith(`--${name}=`) ? [arg.slice(`--${name}=`.length)] : [];
  });
}
