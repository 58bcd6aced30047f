import { useCompileCache } from '@millwright/toolkit/compile-cache';
import { type Command, Option } from 'commander';
import type { RunOptions } from './commands/cache-run.js';
import type { RevokeOptions, WorkspaceOptions } from './commands/cache.js';
import type { ServeOptions } from './commands/serve.js';
import type { CheckOptions } from './commands/storage.js';
import type { CreateOptions } from './commands/token.js';
import { cacheGoNote, cacheRunNote, helpEnd, serveNote, serverNote } from './help.js';
import { collect } from './io/options.js';
import { report } from './io/result.js';
import type { ServerOptions } from './io/server.js';

/** Adds the commands that run a server, and those that ask one. */
export function addServerCommands(program: Command, isJson: () => boolean): void {
  program
    .command('serve')
    .description('Serve a remote cache for Nx in which every result stays in the trust class of its writer.')
    .option('--data <folder>', 'folder for archives and the embedded database (default: millwright-data)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on; 0 for any free port (default: 7600)', Number)
    .option('--database-url <url>', 'PostgreSQL to use instead of the embedded database')
    .option('--database-url-file <file>', 'file that contains the URL, such as a mounted secret')
    .option('--config <file>', 'JSON file with the configuration')
    .option('--print-config', 'print the resulting configuration, and exit')
    .addHelpText(
      'after',
      helpEnd('others', ['serve', 'serve --config server.json --print-config'], serveNote),
    )
    .action(async (options: ServeOptions) => {
      await report(isJson(), async () => (await import('./commands/serve.js')).serve(options, isJson()));
    });

  const token = program
    .command('token')
    .description('Create, list and revoke the tokens of a server.')
    .addHelpText('after', helpEnd('others', ['token list'], serverNote));
  token
    .command('create')
    .description('Create a token. It is printed once, and stored only as a digest.')
    .requiredOption('--workspace <name>', 'workspace whose cache it opens')
    .requiredOption('--class <class>', 'trust class: trusted, branch:<ref>, pr:<number> or dev:<user>')
    .option('--name <name>', 'name that the server shows (default: the class)')
    .option(
      '--scope <scope>',
      'cache:read, cache:write or admin; can be repeated (default: cache:read, cache:write)',
      collect,
    )
    .option('--days <days>', 'days until it expires (default: never)', Number)
    .addOption(serverOption())
    .addHelpText(
      'after',
      helpEnd(
        'others',
        [
          'token create --workspace shop --class dev:ada',
          'token create --workspace shop --class trusted --days 90',
        ],
        serverNote,
      ),
    )
    .action(async (options: CreateOptions) => {
      await report(isJson(), async () => (await import('./commands/token.js')).create(options));
    });
  token
    .command('list')
    .description('List the tokens, without their values.')
    .addOption(serverOption())
    .addHelpText('after', helpEnd('others', ['token list'], serverNote))
    .action(async (options: ServerOptions) => {
      await report(isJson(), async () => (await import('./commands/token.js')).list(options));
    });
  token
    .command('revoke')
    .description('Revoke a token.')
    .argument('<id>', 'the id, as `token list` shows it')
    .addOption(serverOption())
    .addHelpText('after', helpEnd('others', ['token revoke 6f1c'], serverNote))
    .action(async (id: string, options: ServerOptions) => {
      await report(isJson(), async () => (await import('./commands/token.js')).revoke(id, options));
    });

  const cache = program
    .command('cache')
    .description('Use the cache of a server; show and revoke what it contains.')
    .addHelpText('after', helpEnd('others', ['cache stats --workspace shop'], serverNote));
  cache
    .command('run')
    .description('Run Nx with a proxy to the cache of a server, which never fails a task.')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--workspace <name>', 'workspace, for the OIDC identity of a CI job')
    .option('--timeout <seconds>', 'time for one request to the server', Number, 30)
    .option('--compilers', 'let sccache and Go use the cache, too')
    .addOption(serverOption())
    .addHelpText(
      'after',
      helpEnd(
        'run',
        [
          'cache run --workspace shop -- npx nx affected -t build',
          'cache run --compilers -- npx nx affected -t build',
        ],
        cacheRunNote,
      ),
    )
    .action(async (words: readonly string[], options: RunOptions) => {
      // Each run of Nx waits for what follows.
      useCompileCache();
      await report(isJson(), async () =>
        (await import('./commands/cache-run.js')).runWithCache(words, options),
      );
    });
  cache
    .command('go')
    .description('Serve the go command as its cache program (GOCACHEPROG), with objects from a server.')
    .option('--workspace <name>', 'workspace, for the OIDC identity of a CI job')
    .option('--timeout <seconds>', 'time for one request to the server', Number, 30)
    .addOption(serverOption())
    .addHelpText('after', helpEnd('others', ['cache go --server https://cache.example.org'], cacheGoNote))
    .action(async (options: RunOptions) => {
      // Go reads standard output.
      await (await import('./commands/cache-go.js')).serveGoCommand(options);
    });
  cache
    .command('why')
    .description('Show who wrote the entries with a hash, and which jobs restore them.')
    .argument('<hash>', 'the hash of a task: the name of the folder of its result in .nx/cache')
    .option('--workspace <name>', workspaceText)
    .addOption(serverOption())
    .addHelpText('after', helpEnd('others', ['cache why 9321045317'], serverNote))
    .action(async (hash: string, options: WorkspaceOptions) => {
      await report(isJson(), async () => (await import('./commands/cache.js')).why(hash, options));
    });
  cache
    .command('revoke')
    .description('Revoke entries: they are not served again, and the next build writes them anew.')
    .requiredOption('--workspace <name>', 'workspace')
    .option('--hash <hash>', 'entries with this hash')
    .option('--run <id>', 'entries that this CI run wrote; also revokes the tokens of the run')
    .option('--class <class>', 'entries of this trust class')
    .option('--dry-run', 'change nothing, and show what would be revoked')
    .addOption(serverOption())
    .addHelpText(
      'after',
      helpEnd(
        'others',
        [
          'cache revoke --workspace shop --run 1234567 --dry-run',
          'cache revoke --workspace shop --class pr:12',
        ],
        serverNote,
      ),
    )
    .action(async (options: RevokeOptions) => {
      await report(isJson(), async () => (await import('./commands/cache.js')).revoke(options));
    });
  cache
    .command('stats')
    .description('Show what each trust class uses, and how much of the quotas that is.')
    .option('--workspace <name>', workspaceText)
    .addOption(serverOption())
    .addHelpText('after', helpEnd('others', ['cache stats --workspace shop'], serverNote))
    .action(async (options: WorkspaceOptions) => {
      await report(isJson(), async () => (await import('./commands/cache.js')).stats(options));
    });

  program
    .command('storage')
    .description('Check what a server stores.')
    .addHelpText('after', helpEnd('storage', ['storage check'], serverNote))
    .command('check')
    .description('Read every archive, and name those that are missing, damaged or used by no entry.')
    .option('--repair', 'remove damaged archives, and revoke the entries that cannot be restored')
    .addOption(serverOption())
    .addHelpText('after', helpEnd('storage', ['storage check', 'storage check --repair'], serverNote))
    .action(async (options: CheckOptions) => {
      await report(isJson(), async () => (await import('./commands/storage.js')).check(options));
    });
}

const workspaceText = 'workspace (default: that of the token; all for an administrator)';

const serverOption = () =>
  new Option('--server <url>', 'URL of the server (default: MILLWRIGHT_SERVER, or http://127.0.0.1:7600)');
