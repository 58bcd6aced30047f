import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compilesForHostCpu } from './host-cpu.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-cpu-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const asks = (env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return compilesForHostCpu(join(folder, 'work/rust'), { CARGO_HOME: join(folder, 'home'), ...env });
};

describe('detects a build for the host CPU by', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['RUSTFLAGS', { RUSTFLAGS: '-C target-cpu=native' }],
    ['CARGO_ENCODED_RUSTFLAGS', { CARGO_ENCODED_RUSTFLAGS: '-C\u001ftarget-cpu=native' }],
    ['CARGO_BUILD_RUSTFLAGS', { CARGO_BUILD_RUSTFLAGS: '-Ctarget-cpu=native' }],
    ['the flags of a target', { CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS: '-Ctarget-cpu=native' }],
    ['CFLAGS', { CFLAGS: '-O2 -march=native' }],
    ['CXXFLAGS', { CXXFLAGS: '-mtune=native' }],
    ['HOST_CFLAGS', { HOST_CFLAGS: '-mcpu=native' }],
    ['TARGET_CXXFLAGS', { TARGET_CXXFLAGS: '-march=native' }],
    ['the C flags of a target', { 'CFLAGS_x86_64-unknown-linux-gnu': '-march=native' }],
  ])('%s', (_, env) => {
    expect(asks(env)).toBe(true);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['[build]', { 'work/rust/.cargo/config.toml': '[build]\nrustflags = ["-C", "target-cpu=native"]\n' }],
    ['[target]', { 'work/.cargo/config': "[target.'cfg(unix)']\nrustflags = '-Ctarget-cpu=native'\n" }],
    ['[env]', { '.cargo/config.toml': '[env]\nCFLAGS = "-march=native"\n' }],
    [
      'the configuration in the home of Cargo',
      { 'home/config.toml': '[build]\nrustflags = "-Ctarget-cpu=native"\n' },
    ],
    ['a profile', { 'work/rust/Cargo.toml': '[profile.release]\nrustflags = ["-Ctarget-cpu=native"]\n' }],
  ])('%s', (_, files) => {
    expect(asks({}, files)).toBe(true);
  });
});

it('does not detect builds with other flags', () => {
  const config = '[build]\nrustflags = ["-C", "target-cpu=x86-64-v3", "-L", "native=/usr/lib"]\n';
  expect(asks({ RUSTFLAGS: '-C target-feature=+avx2' }, { 'work/.cargo/config.toml': config })).toBe(false);
});
