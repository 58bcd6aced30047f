import type { ExecutorContext } from '@nx/devkit';
import { readTrustFiles } from '@millwright/artifacts/signing';
import { formatCount, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { ociError } from '../../errors.js';
import { isInlineAttestation } from '../../layout/inline-attestations.js';
import { repositoryName } from '../../layout/reference.js';
import { imageTask } from '../../pushing/image-task.js';
import { verifyLayout, verifyTag } from '../../pushing/verify.js';
import { verifyAttestations } from '../../pushing/verify-attestations.js';
import { openRepository } from '../../registry/open.js';
import { schema } from './schema.js';

/** Verifies the image of a project, here and in its registry. */
export default function ociVerify(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/oci:oci-verify', context);
    const { workspaceRoot, layout, image, reference, tags } = imageTask(parsed, context);
    const problems: string[] = [];
    let count = 0;
    const report = (what: string, problem: string | undefined) => {
      count += 1;
      if (problem !== undefined) problems.push(`${what}: ${problem}`);
    };
    await verifyLayout(layout, image, report);
    const repository = openRepository(reference, 'pull', parsed, workspaceRoot);
    const trust = parsed.keys.length === 0 ? undefined : await readTrustFiles(workspaceRoot, parsed);
    const images = image.manifests
      .map(({ descriptor }) => descriptor)
      .filter((one) => !isInlineAttestation(one));
    for (const tag of tags) {
      const attached = await verifyTag(repository, tag, image.root, report);
      if (trust !== undefined) await verifyAttestations(repository, images, attached, trust, report, print);
    }
    const name = repositoryName(reference);
    if (problems.length > 0)
      throw ociError('IMAGE_NOT_VERIFIED', { what: `${name} failed verification`, why: problems.join('; ') });
    print(`${name}  ${tags.join(', ')}  ${image.root.digest}: ${formatCount(count, 'check')} passed`);
    return true;
  });
}
