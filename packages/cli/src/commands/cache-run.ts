import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CacheProxy,
  nxTasks,
  openSession,
  type ProxyStatistics,
  startProxy,
  useHttpProxies,
  withoutLoopback,
} from '@millwright/server/proxy';
import { formatCount, formatSize, MillwrightError, printNote } from '@millwright/toolkit/core';
import { run } from '@millwright/toolkit/process';
import { goVariables } from '../go-cache/variables.js';
import type { Result } from '../io/result.js';
import { serverOf, type ServerOptions } from '../io/server.js';
import { sccacheVariables, stopSccache } from './sccache.js';

export interface RunOptions extends ServerOptions {
  readonly workspace?: string;
  /** Seconds for one request to the server. */
  readonly timeout: number;
  /** Whether sccache and Go use the cache too. */
  readonly compilers?: boolean;
}

/**
 * Runs a command, such as Nx, with a proxy to the cache of a server. If the server cannot be used, the command runs without a
 * remote cache. The exit code is the command's.
 */
export async function runWithCache(words: readonly string[], options: RunOptions): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-cache-'));
  const tasks = nxTasks(process.cwd());
  let proxy: CacheProxy | undefined;
  let compilers: Readonly<Record<string, string>> = {};
  try {
    const milliseconds = options.timeout * 1000;
    let trustClass: string | undefined;
    try {
      const request = { server: serverOf(options), workspace: options.workspace, milliseconds };
      const open = () => openSession(request, process.env);
      useHttpProxies(process.env);
      const session = await open();
      proxy = await startProxy(session, { folder, milliseconds, warn, renew: open, tasks });
      ({ trustClass } = session);
      if (options.compilers === true)
        compilers = { ...sccacheVariables(proxy, folder), ...goVariables(proxy, session, process.env) };
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      warn(`${error.why}; ${error.what} (${error.remedy})`);
    }
    const [program = '', ...args] = words;
    const { exitCode, signal } = await run(program, args, {
      interactive: true,
      env: {
        NX_SELF_HOSTED_REMOTE_CACHE_SERVER: proxy?.url,
        NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: proxy?.token,
        ...(proxy === undefined ? {} : withoutLoopback(process.env)),
        // Who builds, for the provenance of artifacts, and for whoever signs them.
        MILLWRIGHT_TRUST_CLASS: trustClass,
        ...compilers,
      },
    });
    if (options.compilers === true) await stopSccache(compilers, folder);
    const statistics = proxy?.statistics ?? noStatistics;
    if (proxy !== undefined) printNote(summaryOf(statistics, options.compilers === true));
    const ended = exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
    return { exitCode: ended, text: '', data: statistics };
  } finally {
    await proxy?.close();
    tasks.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const noStatistics: ProxyStatistics = {
  hits: 0,
  misses: 0,
  stored: 0,
  refused: 0,
  failed: 0,
  receivedBytes: 0,
  compilers: { hits: 0, misses: 0, stored: 0 },
};

function warn(reason: string): void {
  printNote(`warning: remote cache: ${reason}`);
}

function summaryOf(statistics: ProxyStatistics, withCompilers: boolean): string {
  const { hits, misses, stored, refused, failed, receivedBytes, compilers } = statistics;
  const ofCompilers = withCompilers
    ? `; compilers: ${formatCount(compilers.hits, 'hit')}, ${compilers.misses} missed, ${compilers.stored} stored`
    : '';
  const trouble =
    (refused === 0 ? '' : `, ${refused} refused`) +
    (failed === 0 ? '' : `, ${formatCount(failed, 'failure')}`);
  return `remote cache: ${formatCount(hits, 'hit')} (${formatSize(receivedBytes)}), ${misses} missed, ${stored} stored${ofCompilers}${trouble}`;
}
