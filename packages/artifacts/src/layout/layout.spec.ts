import { platforms } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { artifactPath, libcSuffix, readFolder, sideFilesOf } from './layout.js';

const release = { configuration: 'release', name: 'x' };

describe('artifactPath', () => {
  it.each([
    ['a platform', { ...release, target: 'linux/amd64' }, 'artifacts/linux/amd64/x'],
    ['a platform with a variant', { ...release, target: 'linux/arm/v7' }, 'artifacts/linux/arm/v7/x'],
    ['gnu', { ...release, target: 'x86_64-unknown-linux-gnu' }, 'artifacts/linux/amd64/x'],
    ['only musl', { ...release, target: 'x86_64-unknown-linux-musl' }, 'artifacts/linux/amd64/x'],
    [
      'musl and gnu',
      { ...release, target: 'x86_64-unknown-linux-musl', suffix: 'musl' as const },
      'artifacts/linux/amd64-musl/x',
    ],
    [
      'a variant with a suffix',
      { ...release, target: 'linux/arm/v7', suffix: 'musl' as const },
      'artifacts/linux/arm/v7-musl/x',
    ],
    [
      'another configuration',
      { ...release, configuration: 'dev', target: 'darwin/arm64' },
      'artifacts/dev/darwin/arm64/x',
    ],
    [
      'a project folder',
      { ...release, target: 'linux/amd64', projectFolder: 'app' },
      'artifacts/linux/amd64/app/x',
    ],
    ['a triple outside the table', { ...release, target: 'wasm32-wasip1' }, 'artifacts/wasm32-wasip1/x'],
    [
      'an unknown triple in another configuration',
      { ...release, configuration: 'dev', target: 'wasm32-wasip1' },
      'artifacts/dev/wasm32-wasip1/x',
    ],
  ])('places %s', (_, location, path) => {
    expect(artifactPath(location)).toBe(path);
  });

  it.each([
    ['a slash', { name: 'a/b' }],
    ['a parent folder', { name: '..' }],
    ['a leading dot', { name: '.x' }],
    ['a line break, which sha256sum would escape', { name: 'a\nb' }],
    ['the extension of a side file', { name: 'x.sha256' }],
    ['an empty name', { name: '' }],
    ['a slash in the configuration', { configuration: 'a/b' }],
    ['a slash in the project folder', { projectFolder: 'a/b' }],
    ['a parent folder as triple', { target: '..' }],
  ])('rejects %s', (_, part) => {
    expect(() => artifactPath({ ...release, target: 'linux/amd64', ...part })).toThrow(
      expect.objectContaining({ code: 'ARTIFACTS_NAME_INVALID' }),
    );
  });

  it('rejects an unknown platform', () => {
    expect(() => artifactPath({ ...release, target: 'plan9/amd64' })).toThrow(
      expect.objectContaining({ code: 'PLATFORM_UNKNOWN' }),
    );
  });
});

describe('libcSuffix', () => {
  const gnu = 'x86_64-unknown-linux-gnu';
  const musl = 'x86_64-unknown-linux-musl';
  const msvc = 'x86_64-pc-windows-msvc';
  const mingw = 'x86_64-pc-windows-gnu';
  it.each([
    [gnu, [gnu, musl], undefined],
    [musl, [gnu, musl], 'musl'],
    [musl, [musl], undefined],
    [musl, [musl, 'aarch64-unknown-linux-gnu'], undefined],
    [msvc, [msvc, mingw], undefined],
    [mingw, [msvc, mingw], 'gnu'],
    [mingw, [mingw], undefined],
    ['wasm32-wasip1', ['wasm32-wasip1', gnu], undefined],
  ])('of %s, if the project is built for %j, is %s', (triple, configured, suffix) => {
    expect(libcSuffix(triple, configured)).toBe(suffix);
  });

  it('assigns distinct folders to all triples', () => {
    const triples = platforms.flatMap((row) => Object.values(row.triples));
    const paths = triples.map((target) =>
      artifactPath({ ...release, target, suffix: libcSuffix(target, triples) }),
    );
    expect(new Set(paths).size).toBe(triples.length);
  });
});

describe('readFolder', () => {
  it.each([
    ['linux/amd64', { platform: 'linux/amd64', known: true, configuration: 'release' }],
    ['linux/amd64-musl', { platform: 'linux/amd64', libc: 'musl', known: true, configuration: 'release' }],
    ['linux/arm/v7-musl', { platform: 'linux/arm/v7', libc: 'musl', known: true, configuration: 'release' }],
    ['dev/linux/arm/v7', { platform: 'linux/arm/v7', known: true, configuration: 'dev' }],
    ['linux/amd64/app', { platform: 'linux/amd64', known: false, configuration: 'release' }],
    ['dev/linux/arm/v7/app', { platform: 'linux/arm/v7', known: false, configuration: 'dev' }],
    ['linux/arm64/v7', { platform: 'linux/arm64', known: false, configuration: 'release' }],
    ['linux/amd64/app/deeper', { platform: 'deeper', known: false }],
    ['wasm32-wasip1', { platform: 'wasm32-wasip1', known: false }],
    ['dev/wasm32-wasip1', { platform: 'wasm32-wasip1', known: false }],
    ['of/our/own/linux/amd64', { platform: 'linux/amd64', known: false }],
  ])('reads %s', (folder, meaning) => {
    expect(readFolder(folder)).toEqual(meaning);
  });

  it('is the inverse of artifactPath for all triples, configurations and folders', () => {
    const triples = [...platforms.flatMap((row) => Object.values(row.triples)), 'wasm32-wasip1'];
    for (const configuration of ['release', 'dev']) {
      for (const target of triples) {
        for (const projectFolder of [undefined, 'v7']) {
          const suffix = libcSuffix(target, triples);
          const path = artifactPath({ configuration, target, name: 'x', suffix, projectFolder });
          const platform = platforms.find((row) => Object.values(row.triples).includes(target))?.platform;
          const found = readFolder(path.slice('artifacts/'.length, -'/x'.length));
          if (platform === undefined) expect(found.known).toBe(false);
          else
            expect(found).toEqual({
              platform,
              known: projectFolder === undefined,
              configuration,
              ...(suffix === undefined ? {} : { libc: suffix }),
            });
        }
      }
    }
  });
});

it('returns the side files of an artifact', () => {
  expect(sideFilesOf('artifacts/linux/amd64/x')).toEqual({
    sha256: 'artifacts/linux/amd64/x.sha256',
    version: 'artifacts/linux/amd64/x.version',
    metrics: 'artifacts/linux/amd64/x.metrics.json',
    inputs: 'artifacts/linux/amd64/x.inputs.json',
    units: 'artifacts/linux/amd64/x.units.json',
    provenance: 'artifacts/linux/amd64/x.provenance.json',
  });
});
