import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { checkWithinWorkspace, formatCount, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { attestArtifacts } from '../../attesting/attest.js';
import { checkFreshness } from '../../release/freshness.js';
import { readSigningKey } from '../../release/key-files.js';
import { signFolder } from '../../release/sign.js';
import { checksumFileName } from '../../release/checksum-file.js';
import { signerFor } from '../../signing/signer.js';
import { schema } from './schema.js';

/** Signs the archives that this run packaged. */
export default function sign(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/artifacts:sign', context);
    const { folder, comment, perFile, attest, trustCache } = parsed;
    checkWithinWorkspace(context.root, join(context.root, folder));
    checkFreshness(process.env, trustCache);
    const key = await readSigningKey(context.root, parsed.key, process.env);
    const signer = signerFor(key, comment);
    const artifacts = attest.map((path) => join(context.root, path));
    for (const path of artifacts) checkWithinWorkspace(context.root, path);
    const request = { artifacts, folder: join(context.root, folder), env: process.env };
    const attestations = await attestArtifacts(request, signer);
    const files = await signFolder(join(context.root, folder), signer, { perFile, attestations });
    for (const name of attestations.keys()) print(`${folder}/${name}`);
    print(
      `${formatCount(files.length, 'file')} in ${folder}/${checksumFileName}, signed with the key ${key.publicKey.id}`,
    );
    return true;
  });
}
