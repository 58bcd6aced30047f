import { factsOfTriple } from '../resolution/features/triple-facts.js';

/** What options on Nx's command line bring into builds beside their own value, which Nx hashes by itself. */
export interface CliOverrides {
  /** Whether any of them may change what a build takes of the lock file, the manifests and the crates. */
  readonly resolution: boolean;
  /** The toolchains that are named. */
  readonly toolchains: readonly string[];
}

const resolutionOptions =
  /^--(?:no-)?(?:features|default-?features|all-?features|fallbacks|args|env|profile|platform|libc)(?:[=.]|$)/i;
/**
 * Finds the options of builds among the arguments of Nx. More than is meant for a build may be taken for such: its
 * hash then covers more, and never less.
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
