import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readRegularFile } from '@millwright/toolkit/core';
import { errnoOf } from '../disk/faults.js';

const prefix = '.installing-';
/** No installation takes this long, in milliseconds. */
const longest = 24 * 3_600_000;

/**
 * Creates a folder for the files of one installation, which must remove it. Removes those of installations that were
 * killed: their process is gone, or they are too old for one that runs elsewhere.
 * @param parent the folder for it, on the file system of the destination
 * @throws Error of the file system
 */
export function createStagingFolder(parent: string): string {
  removeAbandoned(parent);
  return mkdtempSync(join(parent, `${prefix}${machine()}-${process.pid}-`));
}

function removeAbandoned(parent: string): void {
  for (const entry of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    const path = join(parent, entry);
    try {
      if (isAbandoned(entry, lstatSync(path).mtimeMs)) rmSync(path, { recursive: true, force: true });
    } catch {
      // It belongs to another user, or another installation was faster.
    }
  }
}

/** A process ID says something on its own machine only: folders can be shared by machines and containers. */
function isAbandoned(entry: string, modified: number): boolean {
  if (Date.now() - modified > longest) return true;
  const [owner, pid] = entry.slice(prefix.length).split('-');
  return owner === machine() && pid !== undefined && /^\d+$/.test(pid) && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user.
    return errnoOf(error) !== 'ESRCH';
  }
}

/** Identifies what process IDs are valid in: the host, since its last start, and the namespace of a container. */
function machine(): string {
  const parts = [
    hostname(),
    readRegularFile('/proc/sys/kernel/random/boot_id').bytes?.toString(),
    processNamespace(),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

function processNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has it.
    return undefined;
  }
}
