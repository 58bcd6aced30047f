import { accessSync, constants } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { formatSize, MillwrightError } from '@millwright/toolkit/core';
import { checkBinary } from '../supervision/binary.js';
import type { Probe } from './types.js';

const mebibyte = 1_024 ** 2;
const littleSpace = 1_024 * mebibyte;
const tooLittleSpace = 100 * mebibyte;

/** Programs that Windmill runs scripts with. */
const runtimes = ['bash', 'python3', 'bun', 'deno', 'go'];

/** Probes of this machine, where a supervised server runs. */
export async function localProbes(binary: string, path = process.env.PATH ?? ''): Promise<Probe[]> {
  return [await binaryProbe(binary), await diskProbe(tmpdir()), runtimesProbe(path), isolationProbe(path)];
}

/** What takes their place for servers elsewhere. */
export function withoutLocalProbes(): Probe[] {
  const detail = 'the server runs elsewhere';
  return (['binary', 'disk', 'runtimes', 'isolation'] as const).map((name) => ({
    name,
    status: 'skipped',
    detail,
  }));
}

async function binaryProbe(binary: string): Promise<Probe> {
  try {
    const { path, version } = await checkBinary(binary);
    return { name: 'binary', status: 'ok', detail: `${path} is Windmill ${version}` };
  } catch (error) {
    const detail = error instanceof MillwrightError ? `${error.what}: ${error.why}` : String(error);
    return { name: 'binary', status: 'failed', detail };
  }
}

async function diskProbe(folder: string): Promise<Probe> {
  const { bavail, bsize } = await statfs(folder);
  return { name: 'disk', ...diskState(folder, bavail * bsize) };
}

/** @param free bytes */
export function diskState(folder: string, free: number): Pick<Probe, 'status' | 'detail'> {
  const detail = `${formatSize(free)} are free in ${folder}`;
  if (free < tooLittleSpace) return { status: 'failed', detail };
  return { status: free < littleSpace ? 'warning' : 'ok', detail };
}

function runtimesProbe(path: string): Probe {
  const missing = runtimes.filter((name) => !isOnPath(name, path));
  return missing.length === 0
    ? { name: 'runtimes', status: 'ok', detail: `found ${runtimes.join(', ')}` }
    : { name: 'runtimes', status: 'warning', detail: `not on PATH: ${missing.join(', ')}` };
}

function isolationProbe(path: string): Probe {
  return isOnPath('nsjail', path)
    ? { name: 'isolation', status: 'ok', detail: 'nsjail is installed' }
    : {
        name: 'isolation',
        status: 'warning',
        detail: 'nsjail is not on PATH: jobs run with the rights of the server',
      };
}

function isOnPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
