import type { ExecutorContext } from '@nx/devkit';
import { formatError, MillwrightError, parseOptions } from '@millwright/toolkit';
import { readChecksums } from '../../checksums.js';
import { formatDifferences } from '../../compare.js';
import { checksumsPath } from '../../layout.js';
import { verifyArtifacts } from '../../verify.js';
import { schema } from './schema.js';

/** Names every artifact that is missing, extra or changed, and fails where there is one. */
export default async function verify(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    parseOptions(schema, options, '@millwright/artifacts:verify');
    const differences = await verifyArtifacts(context.root);
    if (differences.length > 0) {
      console.error(formatDifferences(differences));
      throw new MillwrightError('ARTIFACTS_DIFFER', {
        what: `${differences.length} of the artifacts differ from ${checksumsPath}`,
        why: 'they were changed, moved or deleted after they were built, or were not built here',
      });
    }
    const { length } = await readChecksums(context.root);
    console.log(`${length} artifact${length === 1 ? '' : 's'} verified against ${checksumsPath}`);
    return { success: true };
  } catch (error) {
    console.error(formatError(error, context.isVerbose));
    return { success: false };
  }
}
