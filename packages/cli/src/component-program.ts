import type { Command } from 'commander';
import type { BuildOptions, InfoOptions } from './commands/component.js';
import { componentNote, helpEnd } from './help.js';
import { report } from './io/result.js';

/** Adds the commands for components: folders with a component.yaml. */
export function addComponentCommands(program: Command, isJson: () => boolean): void {
  const component = program
    .command('component')
    .description('Validate and build components of flowctl: folders with a component.yaml.')
    .addHelpText('after', helpEnd('others', ['component info app', 'component build app'], componentNote));
  component
    .command('info')
    .description('Validate component.yaml, and show what it declares and in which language it is built.')
    .argument('[folder]', 'the folder with component.yaml', '.')
    .option('--language <language>', languageText)
    .addHelpText('after', helpEnd('others', ['component info', 'component info app --json'], componentNote))
    .action(async (folder: string, options: InfoOptions) => {
      await report(isJson(), async () => (await import('./commands/component.js')).info(folder, options));
    });
  component
    .command('build')
    .description('Build a component into a folder with its programs and metadata.')
    .argument('[folder]', 'the folder with component.yaml', '.')
    .option(
      '--platforms <platforms>',
      'platforms, separated by commas, or all that component.yaml lists (default: the host platform)',
    )
    .option('--language <language>', languageText)
    .option('--output <folder>', 'folder to write (default: artifacts/components/<name> in the component)')
    .addHelpText(
      'after',
      helpEnd(
        'others',
        ['component build app', 'component build app --platforms linux/amd64,linux/arm64'],
        componentNote,
      ),
    )
    .action(async (folder: string, options: BuildOptions) => {
      await report(isJson(), async () =>
        (await import('./commands/component.js')).build(folder, options, isJson()),
      );
    });
}

const languageText = 'language to build in, if there are several: go or rust';
