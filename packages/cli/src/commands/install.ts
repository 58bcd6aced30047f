import { join } from 'node:path';
import { install as installComponent } from '@millwright/artifacts/install';
import { describeSigner, type SignedBy } from '@millwright/artifacts/signing';
import { cacheFolder, hostLibc, hostPlatform, platformInfo } from '@millwright/toolkit/core';
import { exitCodes, type Result } from '../io/result.js';
import { readTrust, type TrustOptions } from '../io/trust.js';

interface InstallOptions extends TrustOptions {
  readonly platform?: string;
  readonly name?: string;
  readonly cache?: string;
  readonly lockFile: string;
}

/** Installs a component into the cache. */
export async function install(source: string, options: InstallOptions): Promise<Result> {
  const platform = options.platform ?? hostPlatform().platform;
  // Another machine's C library is not known.
  const libc = options.platform === undefined ? hostLibc() : undefined;
  const installed = await installComponent({
    ...(await readTrust(options)),
    source,
    platform: platformInfo(platform).platform,
    libc,
    name: options.name,
    cache: options.cache ?? join(cacheFolder(), 'components'),
    lockFile: options.lockFile,
  });
  const { name, version, folder, programs, sha256, signer } = installed;
  return {
    exitCode: exitCodes.done,
    text: [
      `${name}${version === undefined ? '' : ` ${version}`} for ${platform}, signed with ${describeSigner(signer)}`,
      ...(programs.length === 0 ? [folder] : programs.map((program) => join(folder, program))),
    ].join('\n'),
    data: { name, version, platform, folder, programs, sha256, ...signerData(signer) },
  };
}

/** The fields of a key or of an identity; those of the other are null. */
function signerData(signer: SignedBy): object {
  return 'issuer' in signer
    ? { keyId: undefined, identity: signer.identity, issuer: signer.issuer }
    : { keyId: signer.id, identity: undefined, issuer: undefined };
}
