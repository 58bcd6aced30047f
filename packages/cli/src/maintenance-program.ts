import type { Command } from 'commander';
import type { DatabaseOptions } from './commands/maintain-server.js';
import { helpEnd, maintenanceNote } from './help.js';
import { report } from './io/result.js';

/** Adds the commands that change the database or the data folder of a server, without asking the server. */
export function addMaintenanceCommands(program: Command, isJson: () => boolean): void {
  const server = program
    .command('server')
    .description('Migrate the database of servers; back up and restore a data folder.')
    .addHelpText('after', helpEnd('others', ['server migrate --config server.json'], maintenanceNote));
  server
    .command('migrate')
    .description('Create or update the tables in PostgreSQL. Servers do not start before.')
    .option('--database-url <url>', 'PostgreSQL')
    .option('--database-url-file <file>', 'file that contains the URL')
    .option('--config <file>', 'JSON file with the configuration')
    .addHelpText(
      'after',
      helpEnd(
        'others',
        ['server migrate --config server.json', 'server migrate --database-url-file secret'],
        maintenanceNote,
      ),
    )
    .action(async (options: DatabaseOptions) => {
      await report(isJson(), async () => (await import('./commands/maintain-server.js')).migrate(options));
    });
  server
    .command('backup')
    .description('Copy a data folder with the embedded database, while its server is stopped.')
    .argument('<folder>', 'folder for the copy, which must not exist')
    .option('--data <folder>', 'data folder of the server', 'millwright-data')
    .addHelpText('after', helpEnd('others', ['server backup backups/monday']))
    .action(async (folder: string, { data }: { readonly data: string }) => {
      await report(isJson(), async () =>
        (await import('./commands/maintain-server.js')).copyData(folder, data),
      );
    });
  server
    .command('restore')
    .description('Put a copy back as a data folder.')
    .argument('<folder>', 'folder that `server backup` wrote')
    .option('--data <folder>', 'data folder to create, which must not exist', 'millwright-data')
    .addHelpText('after', helpEnd('others', ['server restore backups/monday']))
    .action(async (folder: string, { data }: { readonly data: string }) => {
      await report(isJson(), async () =>
        (await import('./commands/maintain-server.js')).restoreData(folder, data),
      );
    });
}
