import { describe, expect, it } from 'vitest';
import { type Expectation, rejectionReason } from './expectation.js';
import type { ObjectFile } from './object-file.js';

describe('a built file is accepted or rejected by its properties', () => {
  const file: ObjectFile = {
    ...{ format: 'elf', kind: 'executable', bits: 64, endianness: 'little' },
    ...{ architectures: ['x86_64'], architecture: 'x86_64', os: 'linux' },
    ...{ libc: 'glibc', requiredGlibc: '2.34', interpreter: '/lib64/ld-linux-x86-64.so.2' },
    glibcSymbols: [{ version: '2.34', symbols: ['__libc_start_main'] }],
    ...{ neededLibraries: ['libc.so.6'], soname: undefined, runPaths: [] },
  };
  const expectation: Expectation = { architecture: 'x86_64', format: 'elf', libc: 'gnu', glibc: undefined };

  it.each<[string, Partial<Expectation>, string | undefined]>([
    ['as expected', {}, undefined],
    ['a minimum glibc that is met', { glibc: '2.34' }, undefined],
    ['a minimum glibc that is not met', { glibc: '2.28' }, '__libc_start_main (2.34)'],
    ['a minimum glibc that only looks newer as a string', { glibc: '2.9' }, '2.34'],
    ['another architecture', { architecture: 'aarch64' }, 'built for x86_64'],
    ['another format', { format: 'mach-o' }, 'elf'],
    ['another libc', { libc: 'musl' }, 'glibc'],
  ])('%s', (_, change, expected) => {
    const why = rejectionReason(file, { ...expectation, ...change });
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(expected);
  });
});
