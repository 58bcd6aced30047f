import { type Command, Option } from 'commander';
import { helpEnd } from './help.js';
import { report } from './io/result.js';

/** Adds the commands that examine what was built. */
export function addExaminationCommands(program: Command, isJson: () => boolean): void {
  program
    .command('scan')
    .description('Compare an SBOM (CycloneDX) with an OSV database, without a network.')
    .argument('<sbom>', 'the SBOM, such as app.cdx.json')
    .requiredOption('--database <path>', 'a folder or a zip file with OSV records, such as all.zip')
    .option('--ignore <file>', 'a list of vulnerabilities to ignore, with reasons and expiry dates')
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that fails')
        .choices(['informational', 'low', 'medium', 'high', 'critical', 'never'])
        .default('high'),
    )
    .option('--output <file>', 'file for the report (security-scan.json)')
    .addHelpText(
      'after',
      helpEnd('scan', [
        'scan app.cdx.json --database osv',
        'scan app.cdx.json --database all.zip --fail-on medium',
      ]),
    )
    .action(async (sbom: string, options: Parameters<typeof import('./commands/scan.js').scan>[1]) => {
      await report(isJson(), async () => (await import('./commands/scan.js')).scan(sbom, options));
    });

  program
    .command('rebuild')
    .description(
      'Build an artifact again from its provenance, in a new clone and without a cache, and compare both files.',
    )
    .argument('<artifact>', 'the artifact, with its .provenance.json file next to it')
    .option('--workspace <folder>', 'a folder of the Nx workspace that built it', '.')
    .option('--output <file>', 'file for the result, an in-toto statement (default: <artifact>.rebuild.json)')
    .option('--key <file>', 'a secret key of cosign, to sign the result as a Sigstore bundle')
    .option('--passphrase-file <file>', 'read the passphrase from the first line of a file')
    .option('--keep <file>', 'file for the rebuilt artifact, to examine it')
    .addHelpText(
      'after',
      helpEnd('rebuild', [
        'rebuild artifacts/linux/amd64/app',
        'rebuild ~/Downloads/app --workspace . --keep rebuilt-app',
        'rebuild artifacts/linux/amd64/app --key cosign.key',
      ]),
    )
    .action(
      async (artifact: string, options: Parameters<typeof import('./commands/rebuild.js').rebuild>[1]) => {
        await report(isJson(), async () =>
          (await import('./commands/rebuild.js')).rebuild(artifact, options),
        );
      },
    );
}
