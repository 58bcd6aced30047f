import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { leavesOutBuilds } from '@millwright/artifacts/signing';
import { parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { binariesOf } from '../../building/binaries.js';
import { pushAttachments } from '../../pushing/attachments.js';
import { imageSigner } from '../../pushing/attestations.js';
import { baseBlobs } from '../../base/source.js';
import { parseReference, type Reference, repositoryName } from '../../layout/reference.js';
import { imageTask } from '../../pushing/image-task.js';
import { pushImage } from '../../pushing/push.js';
import { openRepository } from '../../registry/open.js';
import { schema } from './schema.js';

/** Pushes the image of a project. */
export default function ociPush(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/oci:oci-push', context);
    const { workspaceRoot, layout, image, reference, tags, project } = imageTask(parsed, context);
    const { base } = parsed;
    const signer = await imageSigner(workspaceRoot, parsed, process.env, leavesOutBuilds(context));
    const mountFrom = mountSource(base, reference);
    const repository = openRepository(
      reference,
      'pull,push',
      parsed,
      workspaceRoot,
      mountFrom === undefined ? [] : [mountFrom],
    );
    print(`pushing to ${repositoryName(reference)}`);
    await pushImage({
      layout,
      image,
      repository,
      tags,
      mountFrom,
      baseBlob: baseBlobs(base, workspaceRoot, parsed),
      report: print,
    });
    const artifactsOf = (platform: string) =>
      binariesOf(parsed, platform, project, context.configurationName ?? 'release').map(({ path }) =>
        join(workspaceRoot, path),
      );
    const withFiles = parsed.attestations !== 'none';
    await pushAttachments({
      repository,
      image,
      artifactsOf,
      signer,
      withFiles,
      report: print,
      env: process.env,
    });
    return true;
  });
}

/** Returns the repository of a base if it is another one of the registry that the image goes to. */
function mountSource(base: string, { registry, repository }: Reference): string | undefined {
  if (base === 'scratch' || base.startsWith('oci:')) return undefined;
  const source = parseReference(base);
  return source.registry === registry && source.repository !== repository ? source.repository : undefined;
}
