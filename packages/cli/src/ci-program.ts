import type { Command } from 'commander';
import type { MatrixOptions } from './commands/ci-matrix.js';
import { helpEnd } from './help.js';
import { collect } from './io/options.js';
import { report } from './io/result.js';

/** Adds the commands that the generated workflows run. */
export function addCiCommands(program: Command, isJson: () => boolean): void {
  program
    .command('ci')
    .description('Plan the jobs of a CI pipeline.')
    .addHelpText('after', helpEnd('others', ['ci matrix tasks.json --targets build,test']))
    .command('matrix')
    .description(
      'Print the jobs for the tasks of a run, as a matrix for GitHub Actions: one for checks, and one for each system that builds require.',
    )
    .argument('<file>', 'a task graph, as `nx affected -t build --graph=<file>` writes it')
    .option('--targets <targets>', 'the targets that were asked for, separated by commas')
    .option(
      '--cross-compile <os/arch>',
      'a platform that is linked on Linux although its own system usually links it; can be repeated',
      collect,
    )
    .option('--job <name>', 'print the arguments of `nx run-many` for one job, one in each line')
    .addHelpText(
      'after',
      helpEnd('others', [
        'ci matrix tasks.json --targets build,test',
        'ci matrix tasks.json --cross-compile darwin/arm64',
        'ci matrix tasks.json --targets build,test --job build-linux',
      ]),
    )
    .action(async (path: string, options: MatrixOptions) => {
      await report(isJson(), async () => (await import('./commands/ci-matrix.js')).matrix(path, options));
    });
}
