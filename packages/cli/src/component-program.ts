import { type Command, Option } from 'commander';
import type { BuildOptions, InfoOptions, InitOptions } from './commands/component.js';
import { componentNote, helpEnd } from './help.js';
import { report } from './io/result.js';

/** Adds the commands for components and bundles: folders with a component.yaml or a bundle.yaml. */
export function addComponentCommands(program: Command, isJson: () => boolean): void {
  const component = program
    .command('component')
    .description('Validate and build components of flowctl: folders with a component.yaml.')
    .addHelpText('after', helpEnd('others', ['component info app', 'component build app'], componentNote));
  component
    .command('init')
    .description('Write a component.yaml for the sources in a folder.')
    .argument('[folder]', 'the folder with the sources', '.')
    .option('--name <name>', 'name of the component (default: that of the folder)')
    .addOption(
      new Option('--type <type>', 'role of the component in a pipeline')
        .choices(['source', 'processor', 'sink'])
        .default('processor'),
    )
    .option('--language <language>', languageText)
    .addHelpText(
      'after',
      helpEnd('others', ['component init', 'component init app --type source'], componentNote),
    )
    .action(async (folder: string, options: InitOptions) => {
      await report(isJson(), async () => (await import('./commands/component.js')).init(folder, options));
    });
  component
    .command('test')
    .description('Run the tests of a component with the tool of its language.')
    .argument('[folder]', 'the folder with component.yaml', '.')
    .option('--language <language>', languageText)
    .addHelpText('after', helpEnd('others', ['component test', 'component test app'], componentNote))
    .action(async (folder: string, options: InfoOptions) => {
      await report(isJson(), async () =>
        (await import('./commands/component.js')).test(folder, options, isJson()),
      );
    });
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

  program
    .command('bundle')
    .description('Build sets of components: folders with a bundle.yaml.')
    .addHelpText('after', helpEnd('others', ['bundle build'], componentNote))
    .command('build')
    .description('Build the components of a bundle, in its order.')
    .argument('[folder]', 'the folder with bundle.yaml', '.')
    .option(
      '--platforms <platforms>',
      'platforms, separated by commas, or all that each component lists (default: the host platform)',
    )
    .addHelpText(
      'after',
      helpEnd('others', ['bundle build', 'bundle build mill --platforms all'], componentNote),
    )
    .action(async (folder: string, options: Pick<BuildOptions, 'platforms'>) => {
      await report(isJson(), async () =>
        (await import('./commands/component.js')).buildAll(folder, options, isJson()),
      );
    });
}

const languageText = 'language to build in, if there are several: go or rust';
