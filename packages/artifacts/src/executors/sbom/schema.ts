import { z } from 'zod';
import { specVersions } from '../../sbom/spec-versions.js';

export const title = 'Writes the SBOM of each artifact, after comparing it with the list in the binary';

export const schema = z.strictObject({
  artifacts: z
    .array(z.string().min(1))
    .min(1)
    .describe('The artifacts, relative to the workspace; set by the plugin.'),
  specVersion: z.enum(specVersions).describe('The version of CycloneDX.').default('1.6'),
  supplier: z
    .string()
    .min(1)
    .describe('The organization that publishes the artifacts.')
    .meta({ example: 'Acme' })
    .optional(),
});
