import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DigestCache } from '@millwright/toolkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildEnvironment } from '../hashing/identity.js';
import { relevantVariables } from './build-variables.js';
import { hasStandardLibrary, locateToolchains, toolchainFor } from './locate.js';

const host = 'x86_64-unknown-linux-gnu';
const arm = 'aarch64-unknown-linux-gnu';
const musl = 'x86_64-unknown-linux-musl';
let folder = '';
const at = (path: string) => join(folder, path);

function file(path: string, text = '', mode = 0o644): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  chmodSync(at(path), mode);
}

function toolchain(path: string, triples: readonly string[]): void {
  for (const name of ['cargo', 'rustc']) file(`${path}/bin/${name}`, `${path} ${name}`, 0o755);
  for (const triple of triples) file(`${path}/lib/rustlib/${triple}/lib/libcore-0.rlib`, 'core');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-locate-'));
  file('cargo-home/bin/rustup', '', 0o755);
  symlinkSync('rustup', at('cargo-home/bin/cargo'));
  toolchain(`rustup/toolchains/stable-${host}`, [host]);
  toolchain(`rustup/toolchains/nightly-${host}`, [host]);
  toolchain('usr', [host, arm]);
  file(
    'rustup/settings.toml',
    `default_toolchain = "stable-${host}"\n[overrides]\n"${at('work/pinned')}" = "nightly-${host}"\n`,
  );
  mkdirSync(at('work/pinned/deep'), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const env = (path: readonly string[], rest = {}) => ({
  PATH: path.map(at).join(':'),
  HOME: folder,
  RUSTUP_HOME: at('rustup'),
  CARGO_HOME: at('cargo-home'),
  ...rest,
});
const both = ['cargo-home/bin', 'usr/bin'];

describe.runIf(process.arch === 'x64' && process.platform === 'linux')('toolchains', () => {
  it.each([
    ['the default', 'work', {}, `stable-${host}`, false],
    ['RUSTUP_TOOLCHAIN', 'work', { RUSTUP_TOOLCHAIN: 'nightly' }, `nightly-${host}`, true],
    ['an override above the folder', 'work/pinned/deep', {}, `nightly-${host}`, true],
  ])('%s', (_, where, more, name, pinned) => {
    const located = locateToolchains(at(where), env(both, more));
    expect(located.candidates[0]?.name).toBe(name);
    expect(located.pinnedBy !== undefined).toBe(pinned);
  });

  it.each([
    ['rust-toolchain.toml', '[toolchain]\nchannel = "nightly"\n'],
    ['rust-toolchain', 'nightly\n'],
  ])('%s selects the toolchain for the folders below it', (name, text) => {
    file(`work/${name}`, text);
    expect(locateToolchains(at('work/pinned/../other'), env(both)).candidates.map((one) => one.name)).toEqual(
      [`nightly-${host}`],
    );
  });

  it('uses another toolchain on PATH for a target that the default one lacks', () => {
    const located = locateToolchains(at('work'), env(both));
    expect(toolchainFor(host, located).name).toBe(`stable-${host}`);
    expect(toolchainFor(arm, located)).toMatchObject({ cargo: at('usr/bin/cargo'), sysroot: at('usr') });
  });

  it('prefers a toolchain with the standard library to one with only its sources', () => {
    file(`rustup/toolchains/stable-${host}/lib/rustlib/src/rust/library/Cargo.lock`);
    const located = locateToolchains(at('work'), env(both));
    expect(toolchainFor(arm, located).sysroot).toBe(at('usr'));
    expect(toolchainFor(musl, located).name).toBe(`stable-${host}`);
  });

  it('names both remedies if neither library nor sources are installed', () => {
    const located = locateToolchains(at('work'), env(both));
    const remedy = expect.stringMatching(
      /rustup target add x86_64-unknown-linux-musl.*rust-src.*rust-web-src/,
    ) as string;
    expect(() => toolchainFor(musl, located)).toThrow(expect.objectContaining({ remedy }) as Error);
  });

  it('does not replace a pinned toolchain', () => {
    const located = locateToolchains(at('work'), env(both, { RUSTUP_TOOLCHAIN: 'nightly' }));
    expect(() => toolchainFor(arm, located)).toThrow(
      expect.objectContaining({ code: 'TARGET_MISSING' }) as Error,
    );
  });

  it("uses the distribution's cargo if it is first on PATH", () => {
    const [first] = locateToolchains(at('work'), env(['usr/bin', 'cargo-home/bin'])).candidates;
    expect(first?.cargo).toBe(at('usr/bin/cargo'));
    expect(first && hasStandardLibrary(first, arm)).toBe(true);
  });

  it.each([
    ['no cargo at all', ['nowhere'], { CARGO_HOME: '/nowhere' }],
    ['a toolchain that is not installed', both, { RUSTUP_TOOLCHAIN: '1.11.0' }],
  ])('rejects %s', (_, path, more) => {
    expect(() => locateToolchains(at('work'), env(path, more))).toThrow(
      expect.objectContaining({ code: 'TOOLCHAIN_MISSING' }) as Error,
    );
  });
});

describe.runIf(process.arch === 'x64' && process.platform === 'linux')(
  'the digest of the build environment',
  () => {
    const digestOf = async (more = {}) => {
      const found = await buildEnvironment(
        at('work'),
        at('work'),
        host,
        env(both, more),
        new DigestCache(at('digests.json')),
      );
      return `${found.digest} ${found.cDigest}`;
    };

    it('distinguishes variables that only C compilers read', async () => {
      const [digest, cDigest] = (await digestOf()).split(' ');
      expect((await digestOf({ CC: 'clang', CFLAGS_x: '-O3', CPATH: '/x' })).split(' ')[0]).toBe(digest);
      expect((await digestOf({ LDFLAGS: '-s', RUSTFLAGS: '-g' })).split(' ')[1]).toBe(cDigest);
    });

    it.each<[string, () => void, object]>([
      [
        'a compiler replaced in place, its time kept',
        () => {
          file(`rustup/toolchains/stable-${host}/bin/rustc`, 'stable-other rustc', 0o755);
          utimesSync(at(`rustup/toolchains/stable-${host}/bin/rustc`), 1, 1);
        },
        {},
      ],
      [
        'its standard library',
        () => {
          file(`rustup/toolchains/stable-${host}/lib/rustlib/${host}/lib/libstd-1.rlib`, 'std');
        },
        {},
      ],
      [
        'configuration in CARGO_HOME',
        () => {
          file('cargo-home/config.toml', '[build]\nrustflags = []\n');
        },
        {},
      ],
      [
        'configuration above the repository',
        () => {
          file('.cargo/config.toml', '[build]\n');
        },
        {},
      ],
      ['compiler flags', () => undefined, { RUSTFLAGS: '-C debuginfo=2' }],
      ['a profile by variable', () => undefined, { CARGO_PROFILE_RELEASE_LTO: 'true' }],
      ['another toolchain', () => undefined, { RUSTUP_TOOLCHAIN: 'nightly' }],
    ])('changes with %s', async (_, change, more) => {
      utimesSync(at(`rustup/toolchains/stable-${host}/bin/rustc`), 1, 1);
      const before = await digestOf();
      expect(await digestOf()).toBe(before);
      change();
      expect(await digestOf(more)).not.toBe(before);
    });

    it.each<[string, () => void, object]>([
      [
        'a toolchain that is not used',
        () => {
          file(`rustup/toolchains/nightly-${host}/bin/rustc`, 'newer', 0o755);
        },
        {},
      ],
      ['how many jobs', () => undefined, { CARGO_BUILD_JOBS: '1' }],
      ['where the target folder is', () => undefined, { CARGO_TARGET_DIR: '/elsewhere' }],
      ['a variable of another tool', () => undefined, { EDITOR: 'vi' }],
    ])('does not change with %s', async (_, change, more) => {
      const before = await digestOf();
      change();
      expect(await digestOf(more)).toBe(before);
    });

    it.each([
      ['a source', 'library/std/src/lib.rs', true],
      ['the versions of what it depends on', 'library/Cargo.lock', true],
      ['what is vendored beside them, which cargo does not take', 'library/vendor/x/lib.rs', false],
    ])('includes a standard library that is built from source: %s', async (_, path, counts) => {
      const sources = 'usr/lib/rustlib/src/rust';
      file(`${sources}/library/Cargo.lock`, 'locked');
      file(`${sources}/library/std/src/lib.rs`, 'std');
      const ofMusl = async () => {
        const cache = new DigestCache(at('digests.json'));
        const found = await buildEnvironment(at('work'), at('work'), musl, env(both), cache);
        cache.save();
        return found;
      };
      const before = await ofMusl();
      expect(before.toolchain?.cargo).toBe(at('usr/bin/cargo'));
      expect((await ofMusl()).digest).toBe(before.digest);
      file(`${sources}/${path}`, 'new');
      expect((await ofMusl()).digest !== before.digest).toBe(counts);
    });

    it.each([
      ...[
        'CC_x86_64-unknown-linux-gnu',
        'HOST_CFLAGS',
        'CPLUS_INCLUDE_PATH',
        'COMPILER_PATH',
        'GCC_EXEC_PREFIX',
      ],
      ...['PKG_CONFIG_PATH', 'HOST_PKG_CONFIG_LIBDIR', 'BZIP2_STATIC', 'ZLIB_NO_PKG_CONFIG', 'ZSTD_DYNAMIC'],
    ])('includes %s, which the crates cc and pkg-config read', (name) => {
      expect(relevantVariables({ [name]: 'x' })).toEqual([[name, 'x']]);
    });

    it('returns variables in a fixed order', () => {
      expect(relevantVariables({ RUSTFLAGS: 'x', CC: 'y', HOME: '/' })).toEqual([
        ['CC', 'y'],
        ['RUSTFLAGS', 'x'],
      ]);
    });
  },
);
