import { factsOfTriple } from '../resolution/features/triple-facts.js';

/** Effects of command-line options on builds beyond the option values, which Nx hashes itself. */
export interface CliOverrides {
  /** Whether an option can change which parts of the lock file, manifests and crates a build uses. */
  readonly resolution: boolean;
  /** The values of `--toolchain`. */
  readonly toolchains: readonly string[];
}

const resolutionOptions =
  /^--(?:no-)?(?:features|default-?features|all-?features|fallbacks|args|env|profile|platform|libc)(?:[=.]|$)/i;
/**
 * Finds build options among Nx's arguments. An option of another command may be mistaken for one; the hash then covers
 * more than necessary, never less.
 * @param args the process's arguments
 */
export function cliOverrides(args: readonly string[]): CliOverrides {
  return {
    // Nx has an option `--target` as well, for the name of a target.
    resolution:
      args.some((arg) => resolutionOptions.test(arg)) ||
      valuesOf('target', args).some((value) => factsOfTriple(value).arch !== undefined),
    toolchains: valuesOf('toolchain', args),
  };
}

function valuesOf(option: string, args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (args[index - 1] === `--${option}`) return [arg];
    return arg.startsWith(`--${option}=`) ? [arg.slice(`--${option}=`.length)] : [];
  });
}
