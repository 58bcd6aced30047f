import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostPlatform, tripleOf } from '@millwright/toolkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuredTargets, targetsInUse } from './configured-targets.js';

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
