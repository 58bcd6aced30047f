import { componentError } from '../errors.js';
import type { BuildSettings } from '../manifests/languages.js';

/** What the commands of a component ask for. */
export interface CommandPlan {
  /** The commands to run before the compiler: a list of words, or a line for a shell. */
  readonly steps: readonly (readonly string[] | string)[];
  /** The words after `go build` or `cargo build`; undefined without a command. */
  readonly compiler: readonly string[] | undefined;
}

/** A line that every shell splits at its blanks, and nowhere else. */
const plainLine = /^[\w@%+=:,./-]+( +[\w@%+=:,./-]+)*$/;

/** Returns the words of a command; undefined if only a shell can tell. */
export function wordsOf(command: readonly string[] | string): readonly string[] | undefined {
  if (typeof command !== 'string') return command;
  const line = command.trim();
  return plainLine.test(line) ? line.split(/ +/) : undefined;
}

/**
 * Splits the commands of a component into the compiler's, which Millwright runs for each platform, and those before it.
 * @param file the path of component.yaml, for messages
 * @throws MillwrightError COMPONENT_COMMAND_UNSUPPORTED if the last command is not the compiler's
 */
export function planCommands({ commands }: BuildSettings, tool: 'go' | 'cargo', file: string): CommandPlan {
  const last = commands.at(-1);
  if (last === undefined) return { steps: [], compiler: undefined };
  const [program, verb, ...rest] = wordsOf(last) ?? [];
  if (program === tool && verb === 'build') return { steps: commands.slice(0, -1), compiler: rest };
  throw unsupported(last, file, `the last command has to be \`${tool} build\`, without syntax of a shell`);
}

/** Creates the error for a command that Millwright cannot run. */
export function unsupported(command: readonly string[] | string, file: string, why: string): Error {
  const line = typeof command === 'string' ? command : command.join(' ');
  return componentError('COMPONENT_COMMAND_UNSUPPORTED', {
    what: `cannot run the build command of ${file}: ${line}`,
    why,
  });
}

/** A flag of a compiler, with its value if it takes one, or a word that is no flag. */
export interface Flag {
  /** Without dashes; undefined for a word that is no flag. */
  readonly name: string | undefined;
  readonly value: string | undefined;
  /** The words as they are written. */
  readonly words: readonly string[];
}

/**
 * Splits the words of a command into flags and others.
 * @param withValue the flags whose value can be the next word
 */
export function flagsOf(words: readonly string[], withValue: ReadonlySet<string>): Flag[] {
  const flags: Flag[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, name, value] = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
    const next = words[index + 1];
    if (name !== undefined && value === undefined && withValue.has(name) && next !== undefined) {
      flags.push({ name, value: next, words: [word, next] });
      index += 1;
    } else flags.push({ name, value: name === undefined ? word : value, words: [word] });
  }
  return flags;
}
