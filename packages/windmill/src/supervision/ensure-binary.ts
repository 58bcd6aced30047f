import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { nxRun } from '@millwright/toolkit/core';
import type { SuperviseConfig } from '../config/config.js';
import { windmillError } from '../errors.js';
import { type CheckedBinary, checkBinary } from './binary.js';

/** Lines that the error of a failed build shows. */
const keptLines = 100;

/** Where an Nx workspace has its command, with and without a `package.json` of its own. */
const commands = ['node_modules/.bin/nx', '.nx/installation/node_modules/.bin/nx'];

export interface Build {
  /** The folder whose Nx workspace has the target. */
  readonly folder: string;
  /** Called for each line that Nx prints. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the Nx target that builds the binary, if there is one and Nx is there, and checks the binary. If nothing has changed,
 * Nx restores the binary from its cache.
 * @throws BINARY_BUILD_FAILED, BINARY_UNUSABLE
 */
export async function ensureBinary(
  { binaryPath, binaryTarget }: Pick<SuperviseConfig, 'binaryPath' | 'binaryTarget'>,
  build: Build,
): Promise<CheckedBinary> {
  if (binaryTarget === undefined) return checkBinary(binaryPath);
  const workspace = findWorkspace(build.folder);
  if (workspace !== undefined) await runTarget(workspace, binaryTarget, build);
  else if (!existsSync(binaryPath)) {
    throw windmillError('BINARY_UNUSABLE', {
      what: `cannot start the Windmill binary ${binaryPath}`,
      why: `there is no such file, and ${build.folder} is not in an Nx workspace that could build it`,
      remedy: `run \`${nxRun(binaryTarget)}\` in the workspace that has this target`,
    });
  }
  return checkBinary(binaryPath);
}

interface NxWorkspace {
  readonly root: string;
  /** The path of the command `nx`. */
  readonly command: string;
}

/** The Nx workspace that a folder is in; undefined if there is none, or if Nx is not installed in it. */
export function findWorkspace(folder: string): NxWorkspace | undefined {
  if (existsSync(join(folder, 'nx.json'))) {
    const command = commands.map((path) => join(folder, path)).find(existsSync);
    return command === undefined ? undefined : { root: folder, command };
  }
  const above = dirname(folder);
  return above === folder ? undefined : findWorkspace(above);
}

/** Nx stays in the process group of this program, so that Ctrl-C reaches it as well. */
async function runTarget(
  { root, command }: NxWorkspace,
  target: string,
  { log, signal }: Build,
): Promise<void> {
  const lines: string[] = [];
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(command, ['run', target], {
    cwd: root,
    env: { ...process.env, PATH: path, NX_TUI: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      log(line);
    });
  }
  const how = await new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => {
      resolve(message);
    });
    child.once('close', (status, by) => {
      resolve(status === 0 ? undefined : `Nx ended with ${String(by ?? status)}`);
    });
  });
  signal.throwIfAborted();
  if (how === undefined) return;
  throw windmillError('BINARY_BUILD_FAILED', {
    what: `the Nx target ${target} did not build the Windmill binary`,
    why: how,
    remedy: `run \`${nxRun(target)}\` in ${root}, and fix what it reports`,
    output: lines.join('\n'),
  });
}
