import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { checkWithinWorkspace, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { artifactError } from '../../errors.js';
import { describeRebuild, rebuildAndCompare, writeRebuild } from '../../rebuild/rebuild.js';
import { rebuildFileOf } from '../../rebuild/statement.js';
import { readSigningKey } from '../../release/key-files.js';
import { type Signer, signerFor } from '../../signing/signer.js';
import { schema } from './schema.js';

/** Builds each artifact of a project again, and writes the result beside it. */
export default function rebuild(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { artifacts, key } = parseTaskOptions(schema, options, '@millwright/artifacts:rebuild', context);
    for (const artifact of artifacts) checkWithinWorkspace(context.root, join(context.root, artifact));
    const attest = key === undefined ? undefined : await attesterOf(context.root, key);
    const differing: string[] = [];
    for (const artifact of artifacts) {
      const path = join(context.root, artifact);
      const rebuilt = await rebuildAndCompare({
        artifact: path,
        workspace: context.root,
        env: process.env,
        onLine: print,
      });
      await writeRebuild(rebuildFileOf(path), rebuilt.statement, attest);
      print(describeRebuild(artifact, rebuilt));
      if (rebuilt.difference !== undefined) differing.push(artifact);
    }
    if (differing.length > 0)
      throw artifactError('REBUILD_DIFFERS', {
        what: `rebuilt files differ from ${differing.join(', ')}`,
        why: 'the output names the first section that differs',
      });
    return true;
  });
}

/** @throws MillwrightError SIGNING_KEY_INVALID for a minisign key, which signs files only */
async function attesterOf(root: string, key: string): Promise<Signer['attest']> {
  const { attest } = signerFor(await readSigningKey(root, key, process.env), undefined);
  if (attest !== undefined) return attest;
  throw artifactError('SIGNING_KEY_INVALID', {
    what: 'the results of rebuilds cannot be signed',
    why: `${key} is a minisign key, which signs files only`,
    remedy: 'sign with a cosign key: `millwright key generate --format cosign`',
  });
}
