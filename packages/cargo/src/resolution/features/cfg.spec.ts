import { execFileSync } from 'node:child_process';
import { platforms } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../manifests/tools.spec.helper.js';
import { evaluateCondition, type Verdict } from './cfg.js';

const linux = 'x86_64-unknown-linux-gnu';
const windows = 'x86_64-pc-windows-msvc';
const mac = 'aarch64-apple-darwin';

describe('evaluateCondition decides only conditions that depend on the triple', () => {
  it.each<[condition: string, triple: string, verdict: Verdict]>([
    [linux, linux, 'true'],
    [linux, mac, 'false'],
    ['cfg(unix)', mac, 'true'],
    ['cfg(unix)', windows, 'false'],
    ['cfg(windows)', windows, 'true'],
    ['cfg(target_os = "macos")', mac, 'true'],
    ['cfg(target_family = "unix")', linux, 'true'],
    ['cfg(target_env="musl")', linux, 'false'],
    ['cfg(target_env="musl")', 'aarch64-unknown-linux-musl', 'true'],
    ['cfg(target_pointer_width = "32")', 'armv7-unknown-linux-gnueabihf', 'true'],
    ['cfg(target_endian = "big")', 's390x-unknown-linux-gnu', 'true'],
    ['cfg(target_vendor = "apple")', mac, 'true'],
    ['cfg(not(windows))', windows, 'false'],
    ['cfg(not(not(windows)))', windows, 'true'],
    ['cfg(all(unix, target_arch = "x86_64",))', linux, 'true'],
    ['cfg(all(unix, target_arch = "x86_64"))', mac, 'false'],
    ['cfg(any(windows, target_os = "macos"))', linux, 'false'],
    ['cfg(any())', linux, 'false'],
    ['cfg(all())', linux, 'true'],
    ['cfg(true)', linux, 'true'],
    ['cfg(false)', linux, 'false'],
    ['cfg(tokio_unstable)', linux, 'unknown'],
    ['cfg(not(tokio_unstable))', linux, 'unknown'],
    ['cfg(feature = "x")', linux, 'unknown'],
    ['cfg(target_feature = "avx2")', linux, 'unknown'],
    ['cfg(all(windows, tokio_unstable))', linux, 'false'],
    ['cfg(any(unix, tokio_unstable))', linux, 'true'],
    ['cfg(any(windows, tokio_unstable))', linux, 'unknown'],
    ['cfg(target_os = "linux")', 'my-own-target', 'unknown'],
    ['cfg(unix', linux, 'unknown'],
    ['cfg(unix) windows', linux, 'unknown'],
    ['cfg(not(unix, windows))', linux, 'unknown'],
  ])('evaluates %s for %s to %s', (condition, triple, verdict) => {
    expect(evaluateCondition(condition, triple)).toBe(verdict);
  });
});

const triples = platforms.flatMap(({ triples }) => Object.values(triples));
const more = ['wasm32-unknown-unknown', 'wasm32-wasip1', 'aarch64-linux-android', 'x86_64-unknown-freebsd'];

describeWith(['rustc'], 'evaluateCondition agrees with rustc', () => {
  it.each([...new Set([...triples, ...more])])('agrees with rustc --print cfg for %s', (triple) => {
    const printed = execFileSync('rustc', ['--print', 'cfg', '--target', triple], { encoding: 'utf8' });
    const holds = new Set(printed.trim().split('\n'));
    const keys = ['os', 'family', 'arch', 'env', 'pointer_width', 'endian', 'vendor'].map(
      (key) => `target_${key}`,
    );
    const values = [
      'linux',
      'macos',
      'windows',
      'unix',
      'wasm',
      'gnu',
      'musl',
      '',
      'apple',
      '32',
      '64',
      'big',
    ];
    const own = [...holds].filter((line) => keys.includes(line.split('=')[0] ?? ''));
    const conditions = ['unix', 'windows', ...own];
    for (const key of keys) for (const value of values) conditions.push(`${key}="${value}"`);
    for (const condition of conditions) {
      expect([condition, evaluateCondition(`cfg(${condition})`, triple)]).toEqual([
        condition,
        holds.has(condition) ? 'true' : 'false',
      ]);
    }
  });
});
