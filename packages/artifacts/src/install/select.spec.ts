import { describe, expect, it } from 'vitest';
import { candidateOf, selectCandidate } from './select.js';

type Row = [file: string, name: string, version: string | undefined, platforms: string, libc?: string];

/** Names as the projects publish them. */
const names: Row[] = [
  // GoReleaser, its default template and the one that follows uname.
  ['gh_2.52.0_linux_armv6.tar.gz', 'gh', '2.52.0', 'linux/arm/v6 linux/arm/v7'],
  ['gh_2.52.0_macOS_arm64.zip', 'gh', '2.52.0', 'darwin/arm64'],
  ['gh_2.52.0_linux_386.tar.gz', 'gh', '2.52.0', 'linux/386'],
  ['gum_0.11.0_Darwin_x86_64.tar.gz', 'gum', '0.11.0', 'darwin/amd64'],
  ['omegasort_0.0.7_Darwin_arm64.tar.gz', 'omegasort', '0.0.7', 'darwin/arm64'],
  ['k9s_Linux_x86_64.tar.gz', 'k9s', undefined, 'linux/amd64'],
  ['k9s_Linux_arm.tar.gz', 'k9s', undefined, 'linux/arm/v6 linux/arm/v7'],
  ['act_Linux_i386.tar.gz', 'act', undefined, 'linux/386'],
  ['gitleaks_8.24.0_linux_x64.tar.gz', 'gitleaks', '8.24.0', 'linux/amd64'],
  ['mediamtx_v1.9.0_linux_armv7.tar.gz', 'mediamtx', '1.9.0', 'linux/arm/v7'],
  ['goreleaser_Darwin_all.tar.gz', 'goreleaser', undefined, 'darwin/arm64 darwin/amd64'],
  ['app_1.2.3-SNAPSHOT-0a1b2c3_linux_amd64.tar.gz', 'app', '1.2.3-SNAPSHOT-0a1b2c3', 'linux/amd64'],
  ['app_1.2.3_linux_amd64_v1.tar.gz', 'app', '1.2.3', 'linux/amd64'],
  // cargo-dist, and scripts that follow rustc.
  ['uv-x86_64-unknown-linux-gnu.tar.gz', 'uv', undefined, 'linux/amd64', 'gnu'],
  ['uv-x86_64-pc-windows-msvc.zip', 'uv', undefined, 'windows/amd64', 'msvc'],
  ['uv-armv7-unknown-linux-musleabihf.tar.gz', 'uv', undefined, 'linux/arm/v7', 'musl'],
  ['uv-powerpc64le-unknown-linux-gnu.tar.gz', 'uv', undefined, 'linux/ppc64le', 'gnu'],
  ['uv-riscv64gc-unknown-linux-gnu.tar.gz', 'uv', undefined, 'linux/riscv64', 'gnu'],
  ['deno-aarch64-apple-darwin.zip', 'deno', undefined, 'darwin/arm64'],
  ['ripgrep-14.1.0-x86_64-unknown-linux-musl.tar.gz', 'ripgrep', '14.1.0', 'linux/amd64', 'musl'],
  ['ripgrep-v13.0.0-10-aarch64-pc-windows-msvc.zip', 'ripgrep', '13.0.0-10', 'windows/arm64', 'msvc'],
  ['delta-0.13.0-arm-unknown-linux-gnueabihf.tar.gz', 'delta', '0.13.0', 'linux/arm/v6 linux/arm/v7', 'gnu'],
  ['bat-v0.24.0-i686-unknown-linux-musl.tar.gz', 'bat', '0.24.0', 'linux/386', 'musl'],
  ['rust-analyzer-x86_64-pc-windows-msvc.zip', 'rust-analyzer', undefined, 'windows/amd64', 'msvc'],
  // Others.
  ['terraform_1.1.8_linux_amd64.zip', 'terraform', '1.1.8', 'linux/amd64'],
  ['terraform-docs-v0.17.0-darwin-arm64.tar.gz', 'terraform-docs', '0.17.0', 'darwin/arm64'],
  ['trivy_0.52.1_Linux-64bit.tar.gz', 'trivy', '0.52.1', 'linux/amd64'],
  ['trivy_0.52.1_macOS-ARM64.tar.gz', 'trivy', '0.52.1', 'darwin/arm64'],
  ['croc_v10.2.1_Linux-ARM.tar.gz', 'croc', '10.2.1', 'linux/arm/v6 linux/arm/v7'],
  ['hugo_extended_0.120.4_darwin-universal.tar.gz', 'hugo_extended', '0.120.4', 'darwin/arm64 darwin/amd64'],
  ['prometheus-2.45.0.linux-amd64.tar.gz', 'prometheus', '2.45.0', 'linux/amd64'],
  ['go1.21.0.linux-amd64.tar.gz', 'go', '1.21.0', 'linux/amd64'],
  ['node-v20.0.0-linux-armv7l.tar.gz', 'node', '20.0.0', 'linux/arm/v7'],
  ['nvim-linux64.tar.gz', 'nvim', undefined, 'linux/amd64'],
  ['piknik-win64-0.10.2.zip', 'piknik', '0.10.2', 'windows/amd64'],
  ['step_linux_0.25.0_amd64.tar.gz', 'step', '0.25.0', 'linux/amd64'],
  ['zig-linux-x86_64-0.11.0.zip', 'zig', '0.11.0', 'linux/amd64'],
  ['bun-linux-x64.zip', 'bun', undefined, 'linux/amd64'],
  ['bun-linux-x64-musl.zip', 'bun', undefined, 'linux/amd64', 'musl'],
  ['bun-linux-x64-baseline.zip', 'bun-baseline', undefined, 'linux/amd64'],
  ['ngrok-v3-stable-linux-amd64.tgz', 'ngrok-v3-stable', undefined, 'linux/amd64'],
  ['cockroach-v23.1.14.linux-amd64.tgz', 'cockroach', '23.1.14', 'linux/amd64'],
  // This package.
  ['app-1.2.3-linux-amd64.tar.gz', 'app', '1.2.3', 'linux/amd64'],
  ['app-linux-arm-v7.zip', 'app', undefined, 'linux/arm/v7'],
  ['app-linux-arm-v6.zip', 'app', undefined, 'linux/arm/v6 linux/arm/v7'],
  ['app-linux-amd64-musl.tar.gz', 'app', undefined, 'linux/amd64', 'musl'],
  ['my-app-2-1.0.0-rc.1-darwin-arm64.tar.zst', 'my-app-2', '1.0.0-rc.1', 'darwin/arm64'],
  ['binaries/app-windows-amd64.exe', 'app', undefined, 'windows/amd64'],
  ['binaries/app-linux-amd64', 'app', undefined, 'linux/amd64'],
  ['chezmoi_2.66.1_linux-glibc_amd64.tar.gz', 'chezmoi', '2.66.1', 'linux/amd64', 'gnu'],
  ['protoc-27.1-linux-aarch_64.zip', 'protoc', '27.1', 'linux/arm64'],
  ['protoc-27.1-linux-x86_32.zip', 'protoc', '27.1', 'linux/386'],
  ['protoc-27.1-osx-universal_binary.zip', 'protoc', '27.1', 'darwin/arm64 darwin/amd64'],
  ['lazygit_0.43.1_Linux_32-bit.tar.gz', 'lazygit', '0.43.1', 'linux/386'],
  ['Godot_v4.3-stable_win64.exe.zip', 'Godot', '4.3-stable', 'windows/amd64'],
  // Programs that are not in an archive.
  ['kubectl-linux-amd64', 'kubectl', undefined, 'linux/amd64'],
  ['mkcert-v1.4.4-windows-amd64.exe', 'mkcert', '1.4.4', 'windows/amd64'],
  ['sops-v3.8.1.linux.amd64', 'sops', '3.8.1', 'linux/amd64'],
  // Words of platforms in names.
  ['ic-wasm-x86_64-unknown-linux-gnu.tar.gz', 'ic-wasm', undefined, 'linux/amd64', 'gnu'],
  ['wasmtime-v25.0.0-x86_64-linux.tar.gz', 'wasmtime', '25.0.0', 'linux/amd64'],
  ['wasm-pack-v0.13.0-x86_64-unknown-linux-musl.tar.gz', 'wasm-pack', '0.13.0', 'linux/amd64', 'musl'],
  ['android-tools-linux-arm64.zip', 'android-tools', undefined, 'linux/arm64'],
  ['linux-exporter-1.0.0-windows-amd64.zip', 'linux-exporter', '1.0.0', 'windows/amd64'],
  ['x86-64-emulator-linux-arm64.tar.gz', 'x86-64-emulator', undefined, 'linux/arm64'],
  ['constructor-linux-amd64.zip', 'constructor', undefined, 'linux/amd64'],
];

it.each<Row>(names)('%s is %s %s for %s', (path, name, version, platforms, libc) => {
  expect(candidateOf(path)).toMatchObject({ name, version, platforms: platforms.split(' '), libc });
});

it.each([
  ['a description of a program', 'app-linux-amd64.json'],
  ['an installer', 'app-windows-amd64-setup.exe'],
  ['a checksum file', 'SHA256SUMS-linux-amd64'],
  ['a program in another folder than those of components', 'docs/app-linux-amd64'],
  ['sources', 'app-1.2.3.tar.gz'],
  ['a package of npm', 'app-1.2.3.tgz'],
  ['no name', 'linux-amd64.tar.gz'],
  ['a version alone', 'v1.2.3-linux-amd64.tar.gz'],
  ['Android', 'app-aarch64-linux-android.tar.gz'],
  ['FreeBSD', 'ubi-FreeBSD-x86_64.tar.gz'],
  ['WebAssembly', 'app-wasm32-linux-amd64.zip'],
  ['the ABI x32', 'app-x86_64-unknown-linux-gnux32.tar.gz'],
  ['floating point in software', 'app-arm-unknown-linux-musleabi.tar.gz'],
  ['a new processor only', 'app_1.2.3_linux_amd64_v3.tar.gz'],
  ['a new processor only, in one word', 'app_1.2.3_linux_amd64v3.tar.gz'],
  ['no architecture', 'wren-cli-mac-0.4.0.zip'],
  ['a folder above', '..-linux-amd64.tar.gz'],
  ['a folder above, with a version', '..-1.0.0-linux-amd64.tar.gz'],
  ['a control character', 'a\u001b-linux-amd64.tar.gz'],
  ['a signature', 'app-linux-amd64.tar.gz.minisig'],
  ['a text', 'README.md'],
])('%s cannot be installed: %s', (_, path) => {
  expect(candidateOf(path)).toBeUndefined();
});

const uv = ['gnu', 'musl'].map((libc) => `uv-x86_64-unknown-linux-${libc}.tar.gz`);
const bun = ['bun-linux-x64.zip', 'bun-linux-x64-musl.zip'];
const linux = { platform: 'linux/amd64' } as const;

describe('selects', () => {
  it.each([
    ['the build for glibc by default', uv, linux, uv[0]],
    ['the build for musl on musl', uv, { ...linux, libc: 'musl' as const }, uv[1]],
    ['a build for musl where there is no other', uv.slice(1), { ...linux, libc: 'gnu' as const }, uv[1]],
    ['a build that needs no C library on musl', bun.slice(0, 1), { ...linux, libc: 'musl' as const }, bun[0]],
    ['the build of musl before that of none', bun, { ...linux, libc: 'musl' as const }, bun[1]],
    [
      'msvc before gnu on Windows',
      ['rg-x86_64-pc-windows-gnu.zip', 'rg-x86_64-pc-windows-msvc.zip'],
      { platform: 'windows/amd64' },
      'rg-x86_64-pc-windows-msvc.zip',
    ],
    [
      'the build for one architecture before a universal one',
      ['app_Darwin_all.tar.gz', 'app_Darwin_x86_64.tar.gz'],
      { platform: 'darwin/amd64' },
      'app_Darwin_x86_64.tar.gz',
    ],
    [
      'a universal build',
      ['app_Darwin_all.tar.gz', 'app_Linux_arm64.tar.gz'],
      { platform: 'darwin/arm64' },
      'app_Darwin_all.tar.gz',
    ],
    [
      'an older ARM where there is no newer one',
      ['app_linux_armv6.tar.gz', 'app_linux_arm64.tar.gz'],
      { platform: 'linux/arm/v7' },
      'app_linux_armv6.tar.gz',
    ],
    [
      'one of two formats',
      ['app-linux-amd64.zip', 'app-linux-amd64.tgz', 'app-linux-amd64.tar.xz'],
      linux,
      'app-linux-amd64.tgz',
    ],
    [
      'an archive before programs that are not in one',
      ['buf-Linux-x86_64', 'buf-Linux-x86_64.tar.gz', 'protoc-gen-buf-lint-Linux-x86_64'],
      linux,
      'buf-Linux-x86_64.tar.gz',
    ],
    [
      'a component by its name',
      ['bun-linux-x64.zip', 'bun-linux-x64-baseline.zip'],
      { ...linux, name: 'bun-baseline' },
      'bun-linux-x64-baseline.zip',
    ],
  ])('%s', (_, paths, wanted, path) => {
    expect(selectCandidate(paths, wanted, 'dist').path).toBe(path);
  });
});

describe('explains', () => {
  it.each([
    [
      'two components',
      ['a-linux-amd64.zip', 'b-linux-amd64.zip'],
      linux,
      'it has a-linux-amd64.zip, b-linux-amd64.zip',
    ],
    [
      'two versions',
      ['a-1.0-linux-amd64.zip', 'a-1.1-linux-amd64.tgz'],
      linux,
      'it has a-1.0-linux-amd64.zip, a-1.1-linux-amd64.tgz',
    ],
    [
      'a kind of archive that is not supported',
      ['app-x86_64-unknown-linux-gnu.tar.xz', 'app-x86_64-pc-windows-msvc.zip'],
      linux,
      'it has app-x86_64-unknown-linux-gnu.tar.xz for linux/amd64, and files of the kind .tar.xz cannot be unpacked',
    ],
    ['a package', ['app_1.2.3_linux_amd64.deb'], linux, 'files of the kind .deb cannot be unpacked'],
    [
      'a build for another C library',
      uv.slice(0, 1),
      { ...linux, libc: 'musl' as const },
      'uv-x86_64-unknown-linux-gnu.tar.gz needs glibc, and this system has musl',
    ],
    [
      'another platform',
      ['app_Darwin_all.tar.gz'],
      linux,
      'it is for darwin/amd64, darwin/arm64, not for linux/amd64',
    ],
    ['another name', ['a-linux-amd64.zip'], { ...linux, name: 'b' }, 'it has a, not b'],
    [
      'nothing at all',
      ['README.md'],
      linux,
      'it has no archive and no program whose name contains a platform',
    ],
  ])('%s', (_, paths, wanted, why) => {
    expect(() => selectCandidate(paths, wanted, 'dist')).toThrow(
      expect.objectContaining({ code: 'INSTALL_NOTHING_FITS', why: expect.stringContaining(why) as string }),
    );
  });
});
