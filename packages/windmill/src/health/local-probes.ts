import { accessSync, constants } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { formatSize } from '@millwright/toolkit/core';
import { checkBinary } from '../supervision/binary.js';
import { type Found, probe } from './probe.js';
import type { Probe } from './types.js';

const mebibyte = 1_024 ** 2;
const littleSpace = 1_024 * mebibyte;
const tooLittleSpace = 100 * mebibyte;

/** Programs that Windmill runs scripts with. */
const runtimes = ['bash', 'python3', 'uv', 'bun', 'deno', 'go'];

/** Probes of this machine, where a supervised server runs. */
export async function localProbes(binary: string, path = process.env.PATH ?? ''): Promise<Probe[]> {
  return Promise.all([
    probe('binary', () => binaryState(binary)),
    probe('disk', () => freeSpace(tmpdir())),
    probe('runtimes', () => runtimesState(path)),
    probe('isolation', () => isolationState(path)),
  ]);
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

async function binaryState(binary: string): Promise<Found> {
  const { path, version } = await checkBinary(binary);
  return { status: 'ok', detail: `${path} is Windmill ${version}` };
}

async function freeSpace(folder: string): Promise<Found> {
  const { bavail, bsize } = await statfs(folder);
  return diskState(folder, bavail * bsize);
}

/** @param free bytes */
export function diskState(folder: string, free: number): Found {
  const detail = `${formatSize(free)} are free in ${folder}`;
  if (free >= littleSpace) return { status: 'ok', detail };
  const remedy = 'free disk space, or set TMPDIR to a folder on another disk';
  return { status: free < tooLittleSpace ? 'failed' : 'warning', detail, remedy };
}

/** @param path folders, as in the variable PATH */
function runtimesState(path: string): Found {
  const missing = runtimes.filter((name) => !isOnPath(name, path));
  if (missing.length === 0) return { status: 'ok', detail: `found ${runtimes.join(', ')}` };
  const remedy = 'install those that your scripts need';
  return { status: 'warning', detail: `not on PATH: ${missing.join(', ')}`, remedy };
}

/** @param path folders, as in the variable PATH */
function isolationState(path: string): Found {
  if (isOnPath('nsjail', path)) return { status: 'ok', detail: 'nsjail is installed' };
  return {
    status: 'warning',
    detail: 'nsjail is not on PATH: jobs run with the rights of the server',
    remedy: 'install nsjail, or run only scripts that you trust',
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
