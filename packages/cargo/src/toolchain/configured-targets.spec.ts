import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostPlatform, tripleOf } from '@millwright/toolkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuredTargets, configuresStandard, targetsInUse } from './configured-targets.js';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'targets-'));
});
afterEach(() => {
  rmSync(repository, { recursive: true });
});

const thumb = 'thumbv7em-none-eabihf';
const host = tripleOf(hostPlatform().platform);

describe('configuredTargets', () => {
  it.each<[string, Readonly<Record<string, string>>, string[] | undefined]>([
    ['nothing', {}, undefined],
    ['no target', { 'fw/.cargo/config.toml': '[build]\njobs = 1\n' }, undefined],
    ['a triple', { 'fw/.cargo/config.toml': `[build]\ntarget = "${thumb}"\n` }, [thumb]],
    [
      'several',
      { '.cargo/config': `[build]\ntarget = ["${thumb}", "wasm32-wasip1"]\n` },
      [thumb, 'wasm32-wasip1'],
    ],
    [
      'the nearest file',
      {
        '.cargo/config.toml': '[build]\ntarget = "a-b-c"\n',
        'fw/.cargo/config.toml': `[build]\ntarget = "${thumb}"\n`,
      },
      [thumb],
    ],
    [
      'in an included file',
      {
        'fw/.cargo/config.toml': 'include = ["../../flags.toml"]\n',
        'flags.toml': `[build]\ntarget = "${thumb}"\n`,
      },
      [thumb],
    ],
    ['the machine itself', { '.cargo/config.toml': '[build]\ntarget = "host-tuple"\n' }, [host]],
    [
      'a specification',
      { 'fw/.cargo/config.toml': '[build]\ntarget = "specs/a.json"\n' },
      ['fw/specs/a.json'],
    ],
    ['what is no TOML', { '.cargo/config.toml': '[build' }, undefined],
  ])('finds %s', (_, files, expected) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
    expect(configuredTargets('fw', repository)).toEqual(expected);
  });
});

it.each<[readonly string[] | undefined, readonly string[] | undefined, readonly string[] | undefined]>([
  [undefined, ['linux/amd64'], undefined],
  [[thumb], ['linux/amd64'], [thumb]],
  [[thumb], undefined, [thumb]],
  [['x86_64-unknown-linux-musl'], undefined, ['x86_64-unknown-linux-musl']],
  [['x86_64-unknown-linux-musl'], ['linux/amd64', 'linux/arm64'], undefined],
  [[thumb, 'x86_64-unknown-linux-musl'], ['linux/amd64'], [thumb, 'x86_64-unknown-linux-musl']],
])('with configured targets %j and platforms %j, builds for %j', (configured, platforms, expected) => {
  expect(targetsInUse(configured, platforms)).toEqual(expected);
});

describe('build-std in the configuration', () => {
  const buildStd = { unstable: { 'build-std': ['core', 'alloc'] } };
  const toolchain = (name: string) => ({ name, cargo: '', rustc: '', host, sysroot: repository });
  const addSources = () => {
    const library = join(repository, 'lib/rustlib/src/rust/library');
    mkdirSync(library, { recursive: true });
    writeFileSync(join(library, 'Cargo.lock'), '');
  };

  it.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['nightly-x86_64-unknown-linux-gnu', buildStd, true],
    ['nightly-2025-11-01-x86_64-unknown-linux-gnu', buildStd, true],
    // Stable cargo ignores the table.
    ['stable-x86_64-unknown-linux-gnu', buildStd, false],
    ['nightly-x86_64-unknown-linux-gnu', {}, false],
  ])('applies to %s with %j: %s', (name, config, expected) => {
    addSources();
    expect(configuresStandard([{}, config], toolchain(name))).toBe(expected);
  });

  it('requires the source code of the standard library', () => {
    expect(() => configuresStandard([buildStd], toolchain('nightly'))).toThrow(
      expect.objectContaining({
        code: 'TARGET_MISSING',
        remedy: 'rustup component add rust-src --toolchain nightly',
      }),
    );
  });
});
