import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { hostLibc } from './host-libc.js';

it.each([
  ['gnu, with a version of glibc', 'linux', { header: { glibcVersionRuntime: '2.36' } }, 'gnu'],
  ['musl, without one', 'linux', { header: {} }, 'musl'],
  ['not known outside Linux', 'darwin', { header: {} }, undefined],
])('the C library is %s', (_, os, report, libc) => {
  expect(hostLibc(os, () => report)).toBe(libc);
});

it.runIf(process.platform === 'linux')('agrees with ldd on this machine', () => {
  const { stdout, stderr } = spawnSync('ldd', ['--version'], { encoding: 'utf8' });
  expect(hostLibc()).toBe((stdout + stderr).includes('musl') ? 'musl' : 'gnu');
});
