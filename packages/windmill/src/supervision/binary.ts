import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, isAbsolute } from 'node:path';
import { readObjectFile, rejectionReason } from '@millwright/object-file';
import { hostLibc, hostPlatform } from '@millwright/toolkit/core';
import { windmillError } from '../errors.js';

/** A binary that may be started. */
export interface CheckedBinary {
  /** Without links. */
  readonly path: string;
  /** As it prints it, such as `v1.533.1`. */
  readonly version: string;
}

const versionTimeout = 10_000;

/**
 * Checks a Windmill binary before it is started: its path, who may write it, whether this machine can run it, and its version.
 * @throws BINARY_UNUSABLE
 */
export async function checkBinary(path: string): Promise<CheckedBinary> {
  if (!isAbsolute(path)) throw unusable(path, 'its path is not absolute');
  const file = resolve(path);
  const writable = [file, dirname(file)].find((place) => isWorldWritable(lstatSync(place)));
  if (writable !== undefined) {
    throw unusable(
      path,
      `every user of this machine can write ${writable}`,
      `run \`chmod o-w ${writable}\`, and make sure that the file is still yours`,
    );
  }
  const why = await objectFileProblem(file);
  if (why !== undefined) throw unusable(path, why);
  const printed = await printedVersion(file, path);
  const version = /^Windmill (\S+)/m.exec(printed)?.[1];
  if (version === undefined) {
    throw unusable(
      path,
      `\`--version\` printed \`${(printed.split('\n')[0] ?? '').slice(0, 200)}\`, which is not a version of Windmill`,
    );
  }
  if (!/^v?\d+\.\d+\.\d+/.test(version)) {
    throw unusable(
      path,
      `its version is \`${version}\`: Windmill was built without its git tags, does not finish its last migration, and accepts no job`,
      'build it in a clone that has the tag of its version: run `git fetch --tags`, then build again',
    );
  }
  return { path: file, version };
}

function resolve(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw unusable(
      path,
      code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code ?? 'unknown'})`,
    );
  }
}

/** A folder with the sticky bit lets others create files, but not replace this one. */
function isWorldWritable(stat: Stats): boolean {
  return (stat.mode & 0o002) !== 0 && !(stat.isDirectory() && (stat.mode & 0o1000) !== 0);
}

async function objectFileProblem(file: string): Promise<string | undefined> {
  const { objectArchitecture } = hostPlatform();
  try {
    const found = await readObjectFile(file);
    const format = process.platform === 'darwin' ? 'mach-o' : 'elf';
    return rejectionReason(found, {
      format,
      architecture: objectArchitecture,
      libc: hostLibc(),
      glibc: undefined,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function printedVersion(file: string, path: string): Promise<string> {
  return new Promise((done, reject) => {
    const child = spawn(file, ['--version'], { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
    }, versionTimeout);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        if (text.length < 10_000) text += chunk.toString();
      });
    }
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(unusable(path, cause.message));
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) done(text.trim());
      else
        reject(
          unusable(path, `\`--version\` ended with ${String(signal ?? status)}: ${text.trim().slice(-500)}`),
        );
    });
  });
}

function unusable(path: string, why: string, remedy?: string): Error {
  return windmillError('BINARY_UNUSABLE', {
    what: `cannot start the Windmill binary ${path}`,
    why,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
