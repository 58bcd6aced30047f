/** What a command line of Nx asks for, as far as the hook that runs before all tasks needs to know it. */
export interface NxCommand {
  /** Of `nx run app:build:dev` and `nx build app`; undefined for commands that select tasks otherwise. */
  readonly project: string | undefined;
  readonly target: string | undefined;
  /** The arguments before `--`, without the command. */
  readonly own: readonly string[];
  /** Those after `--`; undefined where there is no `--`. */
  readonly behind: readonly string[] | undefined;
}

/** Commands of Nx that are followed by no project and target of their own. */
const selecting: ReadonlySet<string> = new Set(['run-many', 'affected', 'exec', 'watch', 'release']);

/**
 * Parses the arguments of an Nx process.
 * @param argv with the program and the script in front, as `process.argv` has them
 */
export function parseNxCommand(argv: readonly string[]): NxCommand {
  const args = argv.slice(2);
  const end = args.indexOf('--');
  const before = end === -1 ? args : args.slice(0, end);
  const behind = end === -1 ? undefined : args.slice(end + 1);
  const [command = '', ...own] = before;
  if (selecting.has(command)) return { project: undefined, target: undefined, own, behind };
  const positional = own[0]?.startsWith('-') === false ? own[0] : undefined;
  if (command !== 'run') return { project: positional, target: command, own, behind };
  const [project, target] = positional?.split(':') ?? [];
  return { project, target, own, behind };
}

/** The values of an option among arguments: `--name=value` and `--name value`. */
export function optionValues(name: string, args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (args[index - 1] === `--${name}`) return [arg];
    return arg.startsWith(`--${name}=`) ? [arg.slice(`--${name}=`.length)] : [];
  });
}
