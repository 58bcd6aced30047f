import { freemem } from 'node:os';
import { posix } from 'node:path';
import { readText } from '../files/read-text.js';

/** Reads a file of the system; undefined where there is none. */
export type ReadSystemFile = (path: string) => string | undefined;

/**
 * Memory that this process and its children may still take, in bytes: what the system can free
 * (proc_meminfo(5), MemAvailable), and within the limits of the control groups around it (Linux kernel,
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

/** The control groups around this process, innermost first (cgroups(7), `/proc/[pid]/cgroup`). */
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

/** What a group may still take; its cached files are freed when memory is wanted. */
function freeIn({ folder, limit, usage }: Group, read: ReadSystemFile): number {
  const most = Number(read(`${folder}/${limit}`) ?? NaN);
  const used = Number(read(`${folder}/${usage}`) ?? NaN);
  if (!Number.isFinite(most) || !Number.isFinite(used)) return Infinity;
  const cached = /^(?:total_)?inactive_file (\d+)/m.exec(read(`${folder}/memory.stat`) ?? '')?.[1];
  return most - used + Number(cached ?? 0);
}
