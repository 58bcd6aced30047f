import { Argument, Command, Option } from 'commander';
import { addCiCommands } from './ci-program.js';
import { addComponentCommands } from './component-program.js';
import { type Shell, shells } from './completion/shells.js';
import { addExaminationCommands } from './examination-program.js';
import { helpEnd, passphraseNote } from './help.js';
import { collect } from './io/options.js';
import { report } from './io/result.js';
import { addMaintenanceCommands } from './maintenance-program.js';
import { addServerCommands } from './server-program.js';

/** Defines the command line of `millwright`. The code of a command is loaded when it runs. */
export function createProgram(version: string): Command {
  const program = new Command('millwright')
    .description('Build components; sign, verify and install build artifacts; serve a remote cache for Nx.')
    .version(version)
    .option('--json', 'print one JSON object to standard output')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    // cli.ts prints them, in the format of all errors.
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      helpEnd('all', [
        'key generate',
        'sign dist --key minisign.key',
        'verify dist --key minisign.pub',
        'install dist --key minisign.pub',
      ]),
    );
  const isJson = () => program.opts<{ json?: boolean }>().json === true;

  const key = program
    .command('key')
    .description('Generate and show keys in the formats of minisign and cosign.')
    .addHelpText('after', helpEnd('others', ['key generate', 'key public minisign.key']));
  key
    .command('generate')
    .description('Write a new key pair. Existing files are not overwritten.')
    .addOption(
      new Option('--format <format>', 'minisign, or cosign for Sigstore bundles (ECDSA P-256)')
        .choices(['minisign', 'cosign'])
        .default('minisign'),
    )
    .option('--secret-key <file>', 'file for the secret key (default: <format>.key)')
    .option('--public-key <file>', 'file for the public key (default: <format>.pub)')
    .option('--passphrase-file <file>', 'read the passphrase from the first line of a file')
    .option('--no-passphrase', 'do not encrypt the secret key')
    .addHelpText(
      'after',
      helpEnd(
        'others',
        ['key generate', 'key generate --format cosign', 'key generate --secret-key ci.key --no-passphrase'],
        passphraseNote,
      ),
    )
    .action(async (options: Parameters<typeof import('./commands/key.js').generate>[0]) => {
      await report(isJson(), async () => (await import('./commands/key.js')).generate(options));
    });
  key
    .command('public')
    .description('Print the public key of a secret key.')
    .argument('<secret-key>', 'the file of the secret key')
    .option('--passphrase-file <file>', 'read the passphrase from the first line of a file')
    .addHelpText('after', helpEnd('others', ['key public minisign.key > minisign.pub'], passphraseNote))
    .action(async (path: string, options: { passphraseFile?: string }) => {
      await report(isJson(), async () => (await import('./commands/key.js')).showPublic(path, options));
    });
  key
    .command('rotate')
    .description('Write a statement, signed with the old key, that a new key replaces it.')
    .argument('<old-secret-key>', 'the file of the old secret key')
    .requiredOption('--to <file-or-key>', 'the new public key')
    .option('--out <file>', 'file for the statement', 'rotation.txt')
    .option('--passphrase-file <file>', 'read the passphrase from the first line of a file')
    .addHelpText('after', helpEnd('others', ['key rotate old.key --to new.pub'], passphraseNote))
    .action(async (path: string, options: Parameters<typeof import('./commands/key.js').rotate>[1]) => {
      await report(isJson(), async () => (await import('./commands/key.js')).rotate(path, options));
    });

  program
    .command('sign')
    .description(
      'Write SHA256SUMS, the checksums of all files in a folder, and its signature: SHA256SUMS.minisig with a minisign key, or the Sigstore bundle SHA256SUMS.sigstore.json with a cosign key or with --keyless.',
    )
    .argument('<path>', 'a folder, or a single file to sign')
    .option('--key <file>', 'a minisign or cosign secret key, or a PEM file')
    .option('--keyless', 'sign with a short-lived certificate for the identity of a CI job')
    .option(
      '--identity-token <file>',
      'an OIDC token of the CI job (default: SIGSTORE_ID_TOKEN, or the token of the GitHub job)',
    )
    .option('--fulcio-url <url>', 'the certificate authority (default: that of Sigstore)')
    .option('--rekor-url <url>', 'the transparency log (default: that of Sigstore)')
    .addOption(
      new Option(
        '--rekor-version <version>',
        "the version of the transparency log's API; 2 needs --timestamp-url",
      )
        .choices(['1', '2'])
        .default('1'),
    )
    .option('--timestamp-url <url>', 'a timestamp authority that states the time, too (default: none)')
    .option('--comment <text>', 'a comment that a minisign signature covers and verify shows')
    .option('--per-file', 'also sign each file in the folder')
    .option(
      '--attest <artifact>',
      'also sign the provenance and the SBOM beside an artifact that the folder or an archive in it contains; can be repeated',
      collect,
    )
    .option('--passphrase-file <file>', 'read the passphrase from the first line of a file')
    .addHelpText(
      'after',
      helpEnd(
        'others',
        [
          'sign dist --key minisign.key --comment "app 1.2.3"',
          'sign dist --key cosign.key --per-file',
          'sign app.tar.gz --key cosign.key',
          'sign dist --keyless',
        ],
        passphraseNote,
      ),
    )
    .action(async (path: string, options: Parameters<typeof import('./commands/sign.js').sign>[1]) => {
      await report(isJson(), async () => (await import('./commands/sign.js')).sign(path, options));
    });

  program
    .command('verify')
    .description('Verify the files in a folder, and list those without a valid signature of a trusted key.')
    .argument('<path>', 'a folder, or a file with a signature or a signed SHA256SUMS next to it')
    .option('--key <file-or-key>', 'a public key to trust; can be repeated', collect)
    .option('--rotation <file>', 'a statement that replaces a trusted key; can be repeated', collect)
    .option('--revoked <file>', 'a file with public keys that are no longer trusted')
    .addOption(identityOption())
    .addOption(issuerOption())
    .addOption(rootOption())
    .addHelpText(
      'after',
      helpEnd('verify', [
        'verify dist --key minisign.pub',
        'verify app.tar.gz --key cosign.pub',
        'verify dist --key old.pub --key new.pub --revoked revoked.pub',
        'verify dist --key minisign.pub --json',
      ]),
    )
    .action(async (path: string, options: Parameters<typeof import('./commands/verify.js').verify>[1]) => {
      await report(isJson(), async () => (await import('./commands/verify.js')).verify(path, options));
    });

  program
    .command('install')
    .description('Verify an archive or a program, and install it.')
    .argument('<source>', 'a folder with SHA256SUMS and its signature, or an archive in such a folder')
    .option(
      '--key <file-or-key>',
      'a public key to trust at the first installation; can be repeated',
      collect,
    )
    .option('--rotation <file>', 'a statement that replaces a trusted key; can be repeated', collect)
    .option('--revoked <file>', 'a file with public keys that are no longer trusted')
    .addOption(identityOption())
    .addOption(issuerOption())
    .addOption(rootOption())
    .option('--platform <os/arch>', 'the platform to install for (default: the host platform)')
    .option('--name <name>', 'the component to install, if the folder contains several')
    .option('--cache <folder>', "folder for installed components (default: the user's cache)")
    .option('--lock-file <file>', 'file that records versions, digests and signers', 'millwright.lock.json')
    .addHelpText(
      'after',
      helpEnd('install', [
        'install dist --key minisign.pub',
        'install dist/app-1.2.3-linux-amd64.tar.gz',
        'install dist --platform linux/arm64 --rotation rotation.txt',
      ]),
    )
    .action(
      async (source: string, options: Parameters<typeof import('./commands/install.js').install>[1]) => {
        await report(isJson(), async () => (await import('./commands/install.js')).install(source, options));
      },
    );

  addExaminationCommands(program, isJson);
  addComponentCommands(program, isJson);
  addServerCommands(program, isJson);
  addMaintenanceCommands(program, isJson);
  addCiCommands(program, isJson);

  program
    .command('completion')
    .description('Print the completion script for a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      helpEnd('others', [
        'completion bash >> ~/.bash_completion',
        'completion zsh > ~/.zfunc/_millwright',
        'completion fish > ~/.config/fish/completions/millwright.fish',
      ]),
    )
    .action(async (shell: Shell) => {
      await report(isJson(), async () =>
        (await import('./commands/completion.js')).completion(shell, program),
      );
    });
  return program;
}

const identityOption = () =>
  new Option(
    '--certificate-identity <identity>',
    'who may sign keyless: an e-mail address or the URL of a workflow; * stands for any characters',
  );
const issuerOption = () =>
  new Option('--certificate-oidc-issuer <url>', 'the OIDC provider that issued the identity');
const rootOption = () =>
  new Option('--trusted-root <file>', 'trusted_root.json of the Sigstore instance, for keyless signatures');
