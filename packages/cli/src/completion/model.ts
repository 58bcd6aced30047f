import type { Argument, Command, Option } from 'commander';
import { platformNames } from '@millwright/toolkit/core';

/** What a shell offers for a value. */
export type Values = 'files' | 'none' | readonly string[];

export interface CompletedOption {
  /** With its dashes, the long one. */
  readonly flag: string;
  readonly description: string;
  /** Undefined for an option without a value. */
  readonly values: Values | undefined;
}

/** What can follow a command. */
export interface CompletedCommand {
  /** The words that select it, separated by spaces; empty for the program. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  /** What its arguments are. */
  readonly values: Values;
}

/** Returns a program's commands for completion, from the program downwards. Shells are given no hidden ones. */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const inherited = program.options.map(completedOption);
  const visit = (command: Command, path: string): readonly CompletedCommand[] => [
    {
      path,
      commands: command.commands.map((one) => ({
        name: one.name(),
        description: summary(one.description()),
      })),
      options: [
        ...(command === program ? [] : command.options.map(completedOption)),
        ...inherited.filter(({ flag }) => command === program || flag !== '--version'),
        { flag: '--help', description: 'show help', values: undefined },
      ],
      values: valuesOf(command.registeredArguments[0]),
    },
    ...command.commands.flatMap((one) => visit(one, path === '' ? one.name() : `${path} ${one.name()}`)),
  ];
  return visit(program, '');
}

function completedOption(option: Option): CompletedOption {
  const placeholder = /<(.+)>|\[(.+)\]/.exec(option.flags);
  return {
    flag: option.long ?? option.flags,
    description: summary(option.description),
    values: placeholder === null ? undefined : (option.argChoices ?? named(placeholder[1] ?? '')),
  };
}

function valuesOf(argument: Argument | undefined): Values {
  return argument === undefined ? 'none' : (argument.argChoices ?? 'files');
}

/** Returns the kind of value that a placeholder represents. */
function named(placeholder: string): Values {
  if (placeholder === 'os/arch') return platformNames;
  return /\b(file|folder)\b/.test(placeholder) ? 'files' : 'none';
}

/** The first sentence, without the characters that end a quoted text in a shell. */
function summary(description: string): string {
  const [first = ''] = description.split(/\.\s|\.$|;/);
  return first.replaceAll(/['"`\\[\]:$]/g, '');
}
