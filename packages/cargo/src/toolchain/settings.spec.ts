import { describe, expect, it } from 'vitest';
import { type SettingsFacts, settingsFor } from './settings.js';

const facts: SettingsFacts = {
  profile: 'release',
  triple: 'x86_64-unknown-linux-musl',
  isHost: false,
  standardSources: undefined,
  sqlxOffline: false,
  env: {},
  manifest: {},
  configs: [],
  repositoryRoot: '/repository',
  cargoHome: '/home/.cargo',
  targetDirectory: '/repository/target',
  sccache: undefined,
  sccacheServer: {},
  flagsByEnvironment: true,
};
const standardSources = '/usr/lib/rustlib/src/rust/library';
const flagsOf = (change: Partial<SettingsFacts>) =>
  settingsFor({ ...facts, ...change }).env.CARGO_ENCODED_RUSTFLAGS?.split('\u001f') ?? [];

describe('a standard library that is built from source', () => {
  it.each([
    ['not where there is one', {}, [], undefined],
    ['where there is none', { standardSources }, ['-Zbuild-std=std,panic_abort'], '1'],
  ])('is requested for %s', (_, change, args, bootstrap) => {
    const settings = settingsFor({ ...facts, ...change });
    expect(settings.args).toEqual(args);
    expect(settings.env.RUSTC_BOOTSTRAP).toBe(bootstrap);
  });

  it('does not leave its folder in artifacts', () => {
    expect(flagsOf({ standardSources })).toContain(`--remap-path-prefix=${standardSources}=/rustc/library`);
    expect(flagsOf({ standardSources, profile: 'dev' })).toEqual(['-Clink-self-contained=no']);
  });

  it.each([
    ['musl, whose start files the linker brings', 'aarch64-unknown-linux-musl', true],
    ['glibc', 'aarch64-unknown-linux-gnu', false],
  ])('is supported on %s', (_, triple, expected) => {
    expect(flagsOf({ standardSources, triple }).includes('-Clink-self-contained=no')).toBe(expected);
  });
});
