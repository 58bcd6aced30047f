import { basename } from 'node:path';
import { provenanceStatement, sbomStatement } from '@millwright/artifacts/attesting';
import { laterFileEndings, sideFilesOf } from '@millwright/artifacts';
import { readText } from '@millwright/toolkit/core';
import { z } from 'zod';
import { ociError } from '../errors.js';
import { type Descriptor, hexOf } from '../layout/descriptor.js';
import type { Statement } from '../layout/inline-attestations.js';
import { fileDigest } from '../layout/oci-layout.js';

const statementSchema = z.looseObject({
  predicateType: z.string(),
  subject: z.array(z.looseObject({ digest: z.record(z.string(), z.string()) })),
});

/**
 * Returns the statements of the files beside binaries, about the image with these binaries. A binary without such files
 * has none.
 * @param binaries their absolute paths
 * @param repository the name of the image with its registry
 * @throws MillwrightError IMAGE_FILE_REFUSED if a file is damaged or describes another binary
 */
export async function inlineStatements(
  binaries: readonly string[],
  repository: string,
  image: Pick<Descriptor, 'digest'>,
): Promise<Statement[]> {
  const subject = { name: repository, sha256: hexOf(image.digest) };
  const found: Statement[] = [];
  for (const binary of binaries) {
    const records = [
      { path: sideFilesOf(binary).provenance, statementOf: provenanceStatement },
      { path: binary + laterFileEndings.sbom, statementOf: sbomStatement },
    ];
    for (const { path, statementOf } of records) {
      const text = readText(path);
      if (text === undefined) continue;
      const refused = (why: string) =>
        ociError('IMAGE_FILE_REFUSED', {
          what: `${basename(path)} cannot be added to the image`,
          why,
          remedy: 'build the binary and its SBOM again',
        });
      const statement = statementOf(text, [subject]);
      if (statement === undefined) throw refused('the file is damaged, or Millwright did not write it');
      const content = statementSchema.parse(JSON.parse(statement));
      const sha256 = hexOf(await fileDigest(binary));
      if (!content.subject.some(({ digest }) => digest.sha256 === sha256))
        throw refused(`it does not describe ${basename(binary)}, which has the SHA-256 ${sha256}`);
      // The version that BuildKit writes and Docker reads. The fields are the same.
      found.push({ ...content, _type: 'https://in-toto.io/Statement/v0.1' });
    }
  }
  return found;
}
