import { totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { availableMemory } from './memory.js';

const gib = 1024 ** 3;
const meminfo = { '/proc/meminfo': `MemTotal: 99 kB\nMemAvailable:   ${(8 * gib) / 1024} kB\n` };

it.each<[string, Readonly<Record<string, string>>, number]>([
  ['without control groups: the memory that the system can free', meminfo, 8],
  [
    'a group without a limit',
    { ...meminfo, '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/memory.max': 'max\n' },
    8,
  ],
  [
    'a group with a limit, excluding cached files',
    {
      ...meminfo,
      '/proc/self/cgroup': '0::/a\n',
      '/sys/fs/cgroup/a/memory.max': `${4 * gib}\n`,
      '/sys/fs/cgroup/a/memory.current': `${3 * gib}\n`,
      '/sys/fs/cgroup/a/memory.stat': `anon 1\ninactive_file ${gib}\n`,
    },
    2,
  ],
  [
    'the limit of an outer group',
    {
      ...meminfo,
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/memory.max': `${3 * gib}`,
      '/sys/fs/cgroup/a/memory.current': `${2 * gib}`,
    },
    1,
  ],
  [
    'version 1',
    {
      ...meminfo,
      '/proc/self/cgroup': '5:cpu,memory:/x\n4:pids:/y\n',
      '/sys/fs/cgroup/memory/x/memory.limit_in_bytes': `${2 * gib}`,
      '/sys/fs/cgroup/memory/x/memory.usage_in_bytes': `${gib}`,
    },
    1,
  ],
])('%s', (_, files, expected) => {
  expect(availableMemory((path) => files[path]) / gib).toBe(expected);
});

it('returns a positive value on this machine', () => {
  expect(availableMemory()).toBeGreaterThan(0);
  expect(availableMemory()).toBeLessThanOrEqual(totalmem());
});
