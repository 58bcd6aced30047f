import { describe, expect, it } from 'vitest';
import { type MachineFiles, isMet, needsOf } from './native-libraries.js';
import { undownloadableError, unpublishedError } from './prebuilt.js';

const [v8] = needsOf([{ name: 'v8', features: [], inBuildProgram: false }]);
if (!v8) throw new Error('v8 has a need');
const gnu = 'x86_64-unknown-linux-gnu';
const musl = 'x86_64-unknown-linux-musl';
const machine = (files: readonly string[] = [], env: MachineFiles['env'] = {}): MachineFiles => ({
  env,
  exists: (path) => files.some((file) => file === path || file.startsWith(`${path}/`)),
  list: (folder) =>
    files
      .filter((file) => file.startsWith(`${folder}/`))
      .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
  onPath: () => false,
});
const folders = { cargoHome: '/home/.cargo', targetDirectory: '/mill/target' };

describe('a package that downloads a prebuilt library', () => {
  it.each<[string, string, MachineFiles['env'], boolean]>([
    ['glibc', gnu, {}, true],
    ['musl', musl, {}, false],
    ['musl with an archive of the own', musl, { RUSTY_V8_ARCHIVE: '/v8.a' }, true],
    ['musl from source', musl, { V8_FROM_SOURCE: '1' }, true],
  ])('%s', (_, triple, env, expected) => {
    expect(isMet(v8, triple, machine([], env))).toBe(expected);
  });

  it('is rejected with its version and a remedy if no library is published for the target', () => {
    const error = unpublishedError(v8, '137.3.0', musl);
    expect(error?.code).toBe('NATIVE_LIBRARY_MISSING');
    expect(error?.what).toBe(`v8 137.3.0 has no prebuilt library for ${musl}`);
    expect(error?.remedy).toContain('RUSTY_V8_ARCHIVE');
  });

  it.each<[string, MachineFiles, boolean]>([
    ['nothing', machine(), true],
    ['an archive that a variable names', machine([], { RUSTY_V8_ARCHIVE: '/v8.a.gz' }), false],
    [
      "one in cargo's home, under any features",
      machine([
        '/home/.cargo/.rusty_v8/https___github_com_denoland_rusty_v8_releases_download_v137_3_0_librusty_v8_ptrcomp_release_x86_64_unknown_linux_gnu_a_gz',
      ]),
      false,
    ],
    [
      'one of another version',
      machine([
        '/home/.cargo/.rusty_v8/https___github_com_denoland_rusty_v8_releases_download_v130_0_7_librusty_v8_release_x86_64_unknown_linux_gnu_a_gz',
      ]),
      true,
    ],
    ['one that was downloaded by a build', machine(['/mill/target/debug/gn_out/obj/librusty_v8.a']), false],
  ])('without network access, and %s', (_, files, nonMembers) => {
    const error = undownloadableError(v8, '137.3.0', gnu, files, folders);
    expect(error?.code).toBe(nonMembers ? 'SOURCE_UNREACHABLE' : undefined);
    if (nonMembers)
      expect(error?.remedy).toBe(
        'download https://github.com/denoland/rusty_v8/releases/download/v137.3.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz on another machine, and set RUSTY_V8_ARCHIVE to the path of the file',
      );
  });
});
