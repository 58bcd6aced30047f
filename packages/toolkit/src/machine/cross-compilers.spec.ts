import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findZig, gnuPrefix } from './cross-compilers.js';

let folder = '';
const at = (path: string) => join(folder, path);

function program(path: string, text = '\u007fELF'): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text, { mode: 0o755 });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-linkers-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const packaged = 'venv/lib/python3.11/site-packages/ziglang/zig';
const debian = 'venv/lib/python3.11/dist-packages/ziglang/zig';

describe.runIf(process.platform === 'linux')('zig', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['on PATH', ['bin/zig'], 'bin/zig'],
    ['in the Python environment of cargo-zigbuild', [packaged], packaged],
    ['on PATH in preference to that', ['bin/zig', packaged], 'bin/zig'],
    ["in Debian's dist-packages", [debian], debian],
    ['nowhere', [], undefined],
  ])('%s', (_, files, expected) => {
    for (const path of files) program(path);
    program('venv/bin/cargo-zigbuild');
    mkdirSync(at('bin'), { recursive: true });
    symlinkSync(at('venv/bin/cargo-zigbuild'), at('bin/cargo-zigbuild'));
    expect(findZig({ PATH: at('bin') })).toBe(expected === undefined ? undefined : at(expected));
  });

  it('beside a Python on PATH', () => {
    program(packaged);
    program('venv/bin/python3');
    expect(findZig({ PATH: at('venv/bin') })).toBe(at(packaged));
  });

  it('prefers the binary to a script that starts it', () => {
    program('bin/zig', '#!/bin/sh\n');
    program('venv/bin/python3');
    const env = { PATH: [at('bin'), at('venv/bin')].join(':') };
    expect(findZig(env)).toBe(at('bin/zig'));
    program(packaged);
    expect(findZig(env)).toBe(at(packaged));
  });

  it("prefers the user's choice", () => {
    program('bin/zig');
    program('own/zig');
    expect(findZig({ PATH: at('bin'), CARGO_ZIGBUILD_ZIG_PATH: at('own/zig') })).toBe(at('own/zig'));
  });
});

it.each([
  ['aarch64-unknown-linux-gnu', 'aarch64-linux-gnu-'],
  ['armv7-unknown-linux-gnueabihf', 'arm-linux-gnueabihf-'],
  ['riscv64gc-unknown-linux-gnu', 'riscv64-linux-gnu-'],
  ['aarch64-apple-darwin', undefined],
])('derives the GNU prefix of %s', (triple, expected) => {
  expect(gnuPrefix(triple)).toBe(expected);
});
