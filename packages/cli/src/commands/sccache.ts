import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheProxy } from '@millwright/server/proxy';
import { onPath, run } from '@millwright/toolkit';

/**
 * Returns the variables by which sccache uses a proxy. sccache's server outlives the commands that start it and keeps its
 * configuration, so the run gets a server of its own, which others on the machine do not meet.
 * @param folder of the run
 */
export function sccacheVariables(
  { url, token }: CacheProxy,
  folder: string,
): Readonly<Record<string, string>> {
  return {
    SCCACHE_WEBDAV_ENDPOINT: `${url}/v1/compilers/sccache`,
    SCCACHE_WEBDAV_TOKEN: token,
    // If sccache's server fails, its client starts the compiler.
    SCCACHE_IGNORE_SERVER_IO_ERROR: '1',
    ...(process.platform === 'win32' ? {} : { SCCACHE_SERVER_UDS: socketOf(folder) }),
  };
}

/** Stops the server that compilers of a run have started. */
export async function stopSccache(
  variables: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  const [sccache] = onPath('sccache', process.env);
  if (sccache === undefined || !existsSync(socketOf(folder))) return;
  await run(sccache, ['--stop-server'], { env: variables, timeout: 10_000 });
}

const socketOf = (folder: string) => join(folder, 'sccache.sock');
