import { z } from 'zod';
import { failOnValues } from '../../scan/fail-on.js';

export const title = 'Compares the SBOM of each artifact with an OSV database, without a network';

export const schema = z.strictObject({
  artifacts: z
    .array(z.string().min(1))
    .min(1)
    .describe('The artifacts, relative to the workspace; set by the plugin.'),
  database: z
    .string()
    .min(1)
    .describe(
      'The OSV database, relative to the workspace: a folder or a zip file with records, such as all.zip of crates.io and Go.',
    )
    .meta({ example: '/var/lib/osv' }),
  ignore: z
    .string()
    .min(1)
    .describe('The list of vulnerabilities to ignore, relative to the workspace.')
    .meta({ example: 'vulnerabilities.ignore.json' })
    .optional(),
  failOn: z
    .enum(failOnValues)
    .describe('The least severity that fails the scan. A vulnerability without a severity always fails it.')
    .default('high'),
});
