import { freemem } from 'node:os';
import { posix } from 'node:path';
import { readText } from '../files/read-text.js';

/** Reads a system file. Returns undefined if it does not exist. */
export type ReadSystemFile = (path: string) => string | undefined;

/**
 * Returns the memory available to this process and its children, in bytes: what the system can free
 * (proc_meminfo(5), MemAvailable), within the limits of the enclosing control groups (Linux kernel,
 * "Control Group v2", "Memory"; "Memory Resource Controller" for version 1).
 */
export function availableMemory(read: ReadSystemFile = readText): number {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo') ?? '')?.[1];
  const ofSystem = available === undefined ? freemem() : Number(available) * 1024;
  return Math.max(0, Math.min(ofSystem, ...groupsOf(read).map((group) => freeIn(group, read))));
}

interface Group {
  readonly folder: string;
  readonly limit: string;
  readonly usage: string;
}

/** Returns the control groups of this process, innermost first (cgroups(7), `/proc/[pid]/cgroup`). */
function groupsOf(read: ReadSystemFile): Group[] {
  const groups: Group[] = [];
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    const second = controllers === '';
    if (!second && controllers?.split(',').includes('memory') !== true) continue;
    const mount = second ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    for (let current = path; ; current = posix.dirname(current)) {
      groups.push({
        folder: posix.join(mount, current),
        limit: second ? 'memory.max' : 'memory.limit_in_bytes',
        usage: second ? 'memory.current' : 'memory.usage_in_bytes',
      });
      if (current === '/' || current === '.') break;
    }
  }
  return groups;
}

/** Returns the free memory of a group. Its cached files count as free. */
function freeIn({ folder, limit, usage }: Group, read: ReadSystemFile): number {
  const limitBytes = Number(read(`${folder}/${limit}`) ?? NaN);
  const used = Number(read(`${folder}/${usage}`) ?? NaN);
  if (!Number.isFinite(limitBytes) || !Number.isFinite(used)) return Infinity;
  const cached = /^(?:total_)?inactive_file (\d+)/m.exec(read(`${folder}/memory.stat`) ?? '')?.[1];
  return limitBytes - used + Number(cached ?? 0);
}
