import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import type { z } from 'zod';
import { checkWithinWorkspace, formatCount, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { attestArtifacts } from '../../attesting/attest.js';
import { checkFreshness, leavesOutBuilds } from '../../release/freshness.js';
import { readSigningKey } from '../../release/key-files.js';
import { signFolder } from '../../release/sign.js';
import { checksumFileName } from '../../release/checksum-file.js';
import { type Signer, signerFor } from '../../signing/signer.js';
import { schema } from './schema.js';

/** Signs the archives that this run packaged. */
export default function sign(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/artifacts:sign', context);
    const { folder, perFile, attest, trustCache } = parsed;
    checkWithinWorkspace(context.root, join(context.root, folder));
    checkFreshness(process.env, { trustCache, leavesOutBuilds: leavesOutBuilds(context) });
    const { signer, by } = await selectSigner(context.root, parsed);
    const artifacts = attest.map((path) => join(context.root, path));
    for (const path of artifacts) checkWithinWorkspace(context.root, path);
    const request = { artifacts, folder: join(context.root, folder), env: process.env };
    const attestations = await attestArtifacts(request, signer);
    const files = await signFolder(join(context.root, folder), signer, { perFile, attestations });
    for (const name of attestations.keys()) print(`${folder}/${name}`);
    print(`${formatCount(files.length, 'file')} in ${folder}/${checksumFileName}, signed with ${by}`);
    return true;
  });
}

/** Returns the signer, and what it signs with. */
async function selectSigner(
  root: string,
  { keyless, key: path, comment, ...services }: z.output<typeof schema>,
): Promise<{ readonly signer: Signer; readonly by: string }> {
  if (!keyless) {
    const key = await readSigningKey(root, path, process.env);
    return { signer: signerFor(key, comment), by: `the key ${key.publicKey.id}` };
  }
  // Loads libraries that keys do not need.
  const { keylessSigner } = await import('../../keyless/sign.js');
  const { readToken, tokenSource } = await import('../../keyless/identity-token.js');
  const source = tokenSource(process.env);
  return { signer: keylessSigner(() => readToken(source), services, comment), by: 'a certificate' };
}
