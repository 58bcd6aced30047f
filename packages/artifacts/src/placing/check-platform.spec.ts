import { expect, it } from 'vitest';
import { type BuiltFor, checkFolder } from './check-platform.js';

const release: BuiltFor = { platform: 'linux/amd64', libc: 'gnu', configuration: 'release' };

it.each<[string, BuiltFor]>([
  ['artifacts/linux/amd64', release],
  ['artifacts/linux/amd64/', release],
  ['artifacts/linux/amd64/app', release],
  ['artifacts/linux/amd64', { ...release, libc: 'musl' }],
  ['artifacts/linux/amd64-musl', { ...release, libc: 'musl' }],
  ['artifacts/dev/linux/amd64', { ...release, configuration: 'dev' }],
  ['artifacts/dev/linux/amd64', { ...release, configuration: undefined }],
  ['artifacts/of/our/own', release],
  ['artifacts/of/our/own/linux/arm64', release],
  ['dist/linux/arm64', release],
  ['artifacts/wasm32-wasip1', { ...release, platform: undefined, libc: undefined }],
])('%s accepts a build for %j', (folder, built) => {
  expect(() => {
    checkFolder(folder, built);
  }).not.toThrow();
});

it.each<[string, BuiltFor, string]>([
  ['artifacts/linux/arm64', release, 'which is for linux/arm64'],
  ['./artifacts//linux/arm64/', release, 'which is for linux/arm64'],
  ['artifacts/linux/arm64/app', release, 'which is for linux/arm64'],
  ['artifacts/linux/amd64-musl', release, 'which is for musl'],
  ['artifacts/linux/amd64', { ...release, configuration: 'dev' }, 'which is for the configuration release'],
  ['artifacts/dev/linux/amd64', release, 'which is for the configuration dev'],
  ['artifacts/linux/amd64', { ...release, platform: undefined }, 'which is for linux/amd64'],
])('%s rejects a build for %j', (folder, built, what) => {
  expect(() => {
    checkFolder(folder, built);
  }).toThrow(what);
});
