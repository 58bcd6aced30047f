import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { formatCount, parseTaskOptions, print, printNote, runExecutor } from '@millwright/toolkit';
import { artifactError } from '../../errors.js';
import { readChecksums } from '../../checksums/checksums.js';
import { formatDifferences } from '../../checksums/compare.js';
import { checksumsPath } from '../../layout/layout.js';
import { verifyArtifacts } from '../../checksums/verify.js';
import { describeAttestation, formatFindings } from '../../release/findings.js';
import { readTrustFiles, type TrustFiles } from '../../release/key-files.js';
import { verifyFolder } from '../../release/verify.js';
import { schema } from './schema.js';

/** Verifies all artifacts, or all files of a signed folder. Lists every difference, and fails if there is one. */
export default function verify(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { folder, ...trust } = parseTaskOptions(schema, options, '@millwright/artifacts:verify', context);
    await (folder === undefined
      ? verifyChecksums(context.root)
      : verifySignatures(context.root, folder, trust));
    return true;
  });
}

async function verifyChecksums(root: string): Promise<void> {
  const differences = await verifyArtifacts(root);
  if (differences.length > 0) {
    printNote(formatDifferences(differences));
    throw artifactError('ARTIFACTS_DIFFER', {
      what: `${formatCount(differences.length, 'file')} in artifacts/ ${differences.length === 1 ? 'does' : 'do'} not match ${checksumsPath}`,
      why: 'files were changed, moved or deleted after the build, or come from another workspace',
    });
  }
  const { length } = readChecksums(root);
  print(`${formatCount(length, 'artifact')} verified against ${checksumsPath}`);
}

async function verifySignatures(root: string, folder: string, trust: TrustFiles): Promise<void> {
  const { files, findings, attestations } = await verifyFolder(
    join(root, folder),
    await readTrustFiles(root, trust),
  );
  if (findings.length > 0) {
    printNote(formatFindings(findings));
    throw artifactError('RELEASE_NOT_VERIFIED', {
      what: `${formatCount(findings.length, 'file')} in ${folder} failed verification`,
      why: 'no signature made with a trusted key matches the current content',
    });
  }
  for (const attestation of attestations) print(describeAttestation(attestation));
  print(`${formatCount(files, 'file')} in ${folder} verified`);
}
