import type { ExecutorContext } from '@nx/devkit';
import { formatError, MillwrightError, parseOptions } from '@millwright/toolkit';
import { readChecksums } from '../../checksums.js';
import { verifyArtifacts } from '../../verify.js';
import { schema } from './schema.js';

/** Names every artifact that is missing, extra or changed. */
export default async function verify(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    parseOptions(schema, options, '@millwright/artifacts:verify');
    const differences = await verifyArtifacts(context.root);
    for (const { kind, path, why } of differences) console.log(`${kind.padEnd(7)}  ${path}  (${why})`);
    if (differences.length === 0) {
      console.log(`${(await readChecksums(context.root)).length} artifacts are as checksums.json lists them`);
      return { success: true };
    }
    throw new MillwrightError('ARTIFACTS_DIFFER', {
      what: `${differences.length} artifacts are not as checksums.json lists them`,
      why: 'they are named above',
    });
  } catch (error) {
    console.error(formatError(error));
    return { success: false };
  }
}
