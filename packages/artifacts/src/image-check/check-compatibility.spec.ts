import type { ObjectFile } from '@millwright/object-file';
import { describe, expect, it } from 'vitest';
import { checkCompatibility, type RuntimeImage, type Surroundings } from './check-compatibility.js';

const object: ObjectFile = {
  format: 'elf',
  kind: 'executable',
  bits: 64,
  endianness: 'little',
  architecture: 'x86_64',
  os: 'linux',
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libc: 'glibc',
  requiredGlibc: '2.34',
  glibcSymbols: [{ version: '2.34', symbols: ['__libc_start_main'] }],
  neededLibraries: ['libc.so.6'],
  soname: undefined,
  runPaths: [],
  architectures: ['x86_64'],
};

const bookworm: RuntimeImage = {
  name: 'debian:bookworm-slim',
  architecture: 'amd64',
  loaders: ['/lib64/ld-linux-x86-64.so.2'],
  libraries: [{ folder: '/lib/x86_64-linux-gnu', names: ['libc.so.6', 'libgcc_s.so.1'] }],
  glibc: '2.36',
  musl: false,
};

const surroundings: Surroundings = {
  place: 'server',
  image: bookworm,
  engine: 'amd64',
  emulated: [],
  addedLibraries: [],
  libraryPath: [],
  remedies: { otherPlatform: (platform) => `take ${platform}`, addLibrary: (library) => `add ${library}` },
};

const codes = (binary: Partial<ObjectFile>, around: Partial<Surroundings> = {}) =>
  checkCompatibility(
    { name: 'artifacts/server', path: '/opt/bin/server', object: { ...object, ...binary } },
    { ...surroundings, ...around },
  ).map(({ kind }) => kind);

const needs = (...neededLibraries: string[]) => ({ neededLibraries });
const static_ = { interpreter: undefined, libc: 'none', neededLibraries: [], glibcSymbols: [] } as const;
const arm64 = { architecture: 'aarch64', interpreter: '/lib/ld-linux-aarch64.so.1' };
const alpine = { ...bookworm, glibc: undefined, musl: true, loaders: ['/lib/ld-musl-x86_64.so.1'] };

describe('checkCompatibility', () => {
  it.each<[string, Partial<ObjectFile>, Partial<Surroundings>, string[]]>([
    ['a binary for the image', {}, {}, []],
    ['a static binary in any image', static_, { image: { ...alpine, loaders: [] } }, []],
    ['Mach-O', { format: 'mach-o', os: 'darwin' }, {}, ['format']],
    ['PE', { format: 'pe', os: 'windows' }, {}, ['format']],
    ['ELF of FreeBSD', { os: 'freebsd' }, {}, ['format']],
    ['a foreign architecture', arm64, {}, ['architecture']],
    [
      'an emulated binary in an image of another architecture',
      arm64,
      { emulated: ['aarch64'] },
      ['architecture'],
    ],
    [
      'a static emulated binary in an image of another architecture',
      { ...static_, architecture: 'aarch64' },
      { emulated: ['aarch64'] },
      [],
    ],
    [
      'an emulated binary in an image of its architecture',
      arm64,
      {
        emulated: ['aarch64'],
        image: { ...bookworm, architecture: 'arm64', loaders: ['/lib/ld-linux-aarch64.so.1'] },
      },
      [],
    ],
    ['glibc in an image with musl', {}, { image: alpine }, ['interpreter']],
    [
      'musl in an image with glibc',
      { interpreter: '/lib/ld-musl-x86_64.so.1', libc: 'musl' },
      {},
      ['interpreter'],
    ],
    ['the same glibc', { glibcSymbols: [{ version: '2.36', symbols: [] }] }, {}, []],
    ['a newer glibc', { glibcSymbols: [{ version: '2.39', symbols: ['x'] }] }, {}, ['glibc']],
    ['glibc 2.9, which is older than 2.36', { glibcSymbols: [{ version: '2.9', symbols: ['x'] }] }, {}, []],
    ['a missing library', needs('libssl.so.3'), {}, ['library']],
    ['two missing libraries', needs('libssl.so.3', 'libcrypto.so.3'), {}, ['library', 'library']],
    [
      'a library mounted in a folder that loaders search',
      needs('libssl.so.3'),
      { addedLibraries: ['/usr/lib/libssl.so.3'] },
      [],
    ],
    [
      'a library mounted elsewhere',
      needs('libssl.so.3'),
      { addedLibraries: ['/opt/libssl.so.3'] },
      ['library'],
    ],
    [
      'a library beside the binary, found through $ORIGIN',
      { ...needs('libssl.so.3'), runPaths: ['$ORIGIN/../lib'] },
      { addedLibraries: ['/opt/bin/../lib/libssl.so.3'] },
      [],
    ],
    [
      'a library in LD_LIBRARY_PATH',
      needs('libssl.so.3'),
      { addedLibraries: ['/opt/libssl.so.3'], libraryPath: ['/opt'] },
      [],
    ],
    ['the loader as a library', needs('libc.so.6', 'ld-linux-x86-64.so.2'), {}, []],
  ])('%s', (_, binary, around, expected) => {
    expect(codes(binary, around)).toEqual(expected);
  });

  it('tells how to use another image or to add a library, in the words of the caller', () => {
    const remedyOf = (binary: Partial<ObjectFile>) =>
      checkCompatibility(
        { name: 'server', path: '/server', object: { ...object, ...binary } },
        { ...surroundings, engine: undefined },
      )[0]?.remedy;
    expect(remedyOf(arm64)).toBe('take linux/arm64, or build for x86_64');
    expect(remedyOf(needs('libssl.so.3'))).toMatch(/, or add libssl\.so\.3$/);
  });

  it('names symbol, image and remedy', () => {
    const [refusal] = checkCompatibility(
      {
        name: 'artifacts/server',
        path: '/opt/server',
        object: {
          ...object,
          glibcSymbols: [...object.glibcSymbols, { version: '2.39', symbols: ['pidfd_spawnp'] }],
        },
      },
      surroundings,
    );
    expect(refusal).toMatchObject({
      what: 'artifacts/server requires glibc 2.39, but debian:bookworm-slim has 2.36',
      why: 'the binary uses pidfd_spawnp (GLIBC_2.39)',
      remedy: expect.stringContaining('glibc: "2.36"') as string,
    });
  });
});
