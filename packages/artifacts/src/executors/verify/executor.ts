import type { ExecutorContext } from '@nx/devkit';
import { formatCount, parseOptions, print, printNote, runExecutor } from '@millwright/toolkit';
import { artifactError } from '../../errors.js';
import { readChecksums } from '../../checksums/checksums.js';
import { formatDifferences } from '../../checksums/compare.js';
import { checksumsPath } from '../../layout/layout.js';
import { verifyArtifacts } from '../../checksums/verify.js';
import { schema } from './schema.js';

/** Names every artifact that is missing, extra or changed, and fails where there is one. */
export default function verify(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    parseOptions(schema, options, '@millwright/artifacts:verify');
    const differences = await verifyArtifacts(context.root);
    if (differences.length > 0) {
      printNote(formatDifferences(differences));
      throw artifactError('ARTIFACTS_DIFFER', {
        what: `${differences.length} of the artifacts differ from ${checksumsPath}`,
        why: 'they were changed, moved or deleted after they were built, or were not built here',
      });
    }
    const { length } = readChecksums(context.root);
    print(`${formatCount(length, 'artifact')} verified against ${checksumsPath}`);
    return true;
  });
}
