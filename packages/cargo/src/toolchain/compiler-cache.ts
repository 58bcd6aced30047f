import { join } from 'node:path';
import { type Environment, privateFolder, run } from '@millwright/toolkit';

/** sccache's hits and misses. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
}

/** The maximum length of a Unix socket's path in bytes, on all systems (unix(7): 108, macOS: 104). */
const longestSocketPath = 100;

/**
 * Returns the variable that makes sccache's client and server meet at a socket that only the user can access. By
 * default, they meet at a TCP port of the machine. The server there can be another user's, who then decides what the
 * compiler returns, or one in a container that sees other files.
 * @returns nothing if the user chose a port or socket, if the path would be too long, and on Windows
 * @throws MillwrightError PRIVATE_FOLDER_UNSAFE
 */
export function privateServer(env: Environment): Environment {
  const isChosen = env.SCCACHE_SERVER_PORT !== undefined || env.SCCACHE_SERVER_UDS !== undefined;
  if (isChosen || process.platform === 'win32') return {};
  const socket = join(privateFolder('sccache', env), 'server.sock');
  return Buffer.byteLength(socket) > longestSocketPath ? {} : { SCCACHE_SERVER_UDS: socket };
}

/**
 * Reads sccache's statistics since its server started (`--show-stats`).
 * @param env variables to add, which select the server
 * @returns undefined if the server does not respond
 */
export async function cacheCounts(sccache: string, env: Environment): Promise<CacheCounts | undefined> {
  const { exitCode, stdout } = await run(sccache, ['--show-stats', '--stats-format=json'], {
    env,
    timeout: 10_000,
  });
  if (exitCode !== 0) return undefined;
  try {
    const { stats } = JSON.parse(stdout) as {
      stats: Record<'cache_hits' | 'cache_misses', { counts: Record<string, number> }>;
    };
    return { hits: sum(stats.cache_hits.counts), misses: sum(stats.cache_misses.counts) };
  } catch {
    return undefined;
  }
}

/** Returns the difference between two statistics. */
export function countsSince(
  before: CacheCounts | undefined,
  now: CacheCounts | undefined,
): CacheCounts | undefined {
  if (!before || !now) return undefined;
  return { hits: now.hits - before.hits, misses: now.misses - before.misses };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
