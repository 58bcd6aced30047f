import { join } from 'node:path';
import { install as installComponent } from '@millwright/artifacts/install';
import { cacheFolder, hostPlatform, platformInfo } from '@millwright/toolkit/core';
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
  const installed = await installComponent({
    ...readTrust(options),
    source,
    platform: platformInfo(platform).platform,
    name: options.name,
    cache: options.cache ?? join(cacheFolder(), 'components'),
    lockFile: options.lockFile,
  });
  const { name, version, folder, programs, sha256, signer } = installed;
  return {
    exitCode: exitCodes.done,
    text: [
      `${name}${version === undefined ? '' : ` ${version}`} for ${platform}, signed with the key ${signer.id}`,
      ...(programs.length === 0 ? [folder] : programs.map((program) => join(folder, program))),
    ].join('\n'),
    data: { name, version, platform, folder, programs, sha256, keyId: signer.id },
  };
}
