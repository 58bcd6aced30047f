import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CacheProxy, openSession, startProxy, useHttpProxies } from '@millwright/server/proxy';
import { MillwrightError, printNote } from '@millwright/toolkit/core';
import { GoObjects } from '../go-cache/objects.js';
import { remoteObjects } from '../go-cache/remote.js';
import { serveGo } from '../go-cache/serve-go.js';
import { goCacheVariables, goFolder } from '../go-cache/variables.js';
import { serverOf } from '../io/server.js';
import type { RunOptions } from './cache-run.js';

/**
 * Serves a go command as its cache program. Within `millwright cache run`, it uses the proxy of that run, otherwise a proxy of
 * its own. Without a server, objects are kept until the go command ends. Standard output belongs to the protocol.
 */
export async function serveGoCommand(options: RunOptions): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'millwright-go-'));
  let own: CacheProxy | undefined;
  try {
    const { [goCacheVariables.url]: url, [goCacheVariables.token]: token } = process.env;
    let folder = process.env[goCacheVariables.folder];
    let remote = url === undefined || token === undefined ? undefined : remoteObjects(url, token);
    if (remote === undefined) {
      const started = await startOwn(options, temporary);
      own = started?.proxy;
      remote = own && remoteObjects(own.url, own.token);
      folder = started?.folder;
    }
    const objects = await prepared(folder ?? join(temporary, 'objects'), temporary);
    await serveGo({ input: process.stdin, output: process.stdout, objects, remote });
  } finally {
    await own?.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function startOwn(options: RunOptions, temporary: string) {
  const { workspace, timeout } = options;
  const milliseconds = timeout * 1000;
  try {
    const request = { server: serverOf(options), workspace, milliseconds };
    const renew = () => openSession(request, process.env);
    useHttpProxies(process.env);
    const session = await renew();
    const proxy = await startProxy(session, { folder: join(temporary, 'proxy'), milliseconds, warn, renew });
    return { proxy, folder: goFolder(session, process.env) };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    warn(`${error.why}; Go builds without the remote cache (${error.remedy})`);
    return undefined;
  }
}

/** If the folder cannot be used, the build uses a temporary one. */
async function prepared(folder: string, temporary: string): Promise<GoObjects> {
  try {
    const objects = new GoObjects(folder);
    await objects.prepare();
    return objects;
  } catch (error) {
    warn(`${folder} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    const objects = new GoObjects(join(temporary, 'objects'));
    await objects.prepare();
    return objects;
  }
}

function warn(reason: string): void {
  printNote(`warning: remote cache: ${reason}`);
}
