import { describe, expect, it } from 'vitest';
import { targetsHostCpu, cpusIn, hostCpuIdentity } from './host-cpu.js';

describe('targetsHostCpu', () => {
  it.each([
    '-C target-cpu=native',
    '-Ctarget-cpu=native -Clto',
    '--codegen target-cpu=native',
    '--codegen=target-cpu=native',
    '-C\u001ftarget-cpu=native\u001f-Clto',
    'rustflags = ["-C", "target-cpu=native"]',
    "-C target-cpu='native'",
    '-Z tune-cpu=native',
    '-O2 -march=native',
    '-mtune=native -O2',
    '-mcpu native',
    '{"CFLAGS":"-mcpu=native"}',
  ])('%s', (flags) => {
    expect(targetsHostCpu(flags)).toBe(true);
  });

  it.each([
    '-C target-cpu=x86-64-v3',
    '-L native=/usr/lib',
    '-l native',
    '-march=nativeclient',
    '-C target-feature=+avx2',
    'a native library',
    '',
  ])('returns false for %j', (flags) => {
    expect(targetsHostCpu(flags)).toBe(false);
  });
});

const cpu = (flags: string, more = '') =>
  `processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: Xeon\ncpu MHz\t\t: 2600\n${more}flags\t\t: ${flags}\n`;

describe('cpusIn', () => {
  it('distinguishes CPUs by features', () => {
    expect(cpusIn(cpu('sse avx2'))).not.toEqual(cpusIn(cpu('sse avx2 avx512f')));
  });

  it('ignores the clock rate, the number of cores, and the order of features', () => {
    const one = cpusIn(cpu('sse avx2'));
    expect(one).toHaveLength(1);
    expect(
      cpusIn(`${cpu('avx2 sse', 'microcode\t: 0x1\n')}\n${cpu('sse avx2').replace('2600', '1200')}`),
    ).toEqual(one);
  });

  it('returns all kinds of CPUs of a machine', () => {
    const arm = (part: string) =>
      `processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: ${part}\n`;
    expect(cpusIn(`${arm('0xd0c')}\n${arm('0xd40')}\n${arm('0xd0c')}`)).toHaveLength(2);
  });
});

it('returns a stable identity for this machine', () => {
  expect(hostCpuIdentity()).toMatch(/^[0-9a-f]{64}$/);
  expect(hostCpuIdentity()).toBe(hostCpuIdentity());
});
