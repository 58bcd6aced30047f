import { toolkitError } from '../errors.js';

export type Libc = 'gnu' | 'musl';

export interface PlatformInfo {
  /** `os/arch[/variant]` as in the OCI image specification (image-spec, config.md, "platform"). */
  readonly platform: Platform;
  readonly goos: string;
  readonly goarch: string;
  /** GOARM for arm/v7 and arm/v6. */
  readonly goarm?: string;
  /**
   * Debian's name of the architecture. Undefined if Debian has none with that ABI, as for arm/v6: its armel
   * passes floats in integer registers, and its armhf requires v7.
   */
  readonly debian?: string;
  /** The architecture in the object-file reader's spelling. */
  readonly objectArchitecture: string;
  /** rustc's triple for each libc. `default` if the platform has only one. */
  readonly triples: Readonly<Partial<Record<Libc | 'default', string>>>;
}

const table = [
  {
    platform: 'linux/amd64',
    goos: 'linux',
    goarch: 'amd64',
    debian: 'amd64',
    objectArchitecture: 'x86_64',
    triples: { gnu: 'x86_64-unknown-linux-gnu', musl: 'x86_64-unknown-linux-musl' },
  },
  {
    platform: 'linux/arm64',
    goos: 'linux',
    goarch: 'arm64',
    debian: 'arm64',
    objectArchitecture: 'aarch64',
    triples: { gnu: 'aarch64-unknown-linux-gnu', musl: 'aarch64-unknown-linux-musl' },
  },
  {
    platform: 'linux/386',
    goos: 'linux',
    goarch: '386',
    debian: 'i386',
    objectArchitecture: 'x86',
    triples: { gnu: 'i686-unknown-linux-gnu', musl: 'i686-unknown-linux-musl' },
  },
  {
    platform: 'linux/arm/v7',
    goos: 'linux',
    goarch: 'arm',
    goarm: '7',
    debian: 'armhf',
    objectArchitecture: 'arm',
    triples: { gnu: 'armv7-unknown-linux-gnueabihf', musl: 'armv7-unknown-linux-musleabihf' },
  },
  {
    platform: 'linux/arm/v6',
    goos: 'linux',
    goarch: 'arm',
    goarm: '6',
    objectArchitecture: 'arm',
    triples: { gnu: 'arm-unknown-linux-gnueabihf', musl: 'arm-unknown-linux-musleabihf' },
  },
  {
    platform: 'linux/ppc64le',
    goos: 'linux',
    goarch: 'ppc64le',
    debian: 'ppc64el',
    objectArchitecture: 'powerpc64',
    triples: { gnu: 'powerpc64le-unknown-linux-gnu', musl: 'powerpc64le-unknown-linux-musl' },
  },
  {
    platform: 'linux/s390x',
    goos: 'linux',
    goarch: 's390x',
    debian: 's390x',
    objectArchitecture: 's390x',
    triples: { gnu: 's390x-unknown-linux-gnu' },
  },
  {
    platform: 'linux/riscv64',
    goos: 'linux',
    goarch: 'riscv64',
    debian: 'riscv64',
    objectArchitecture: 'riscv64',
    triples: { gnu: 'riscv64gc-unknown-linux-gnu', musl: 'riscv64gc-unknown-linux-musl' },
  },
  {
    platform: 'darwin/amd64',
    goos: 'darwin',
    goarch: 'amd64',
    objectArchitecture: 'x86_64',
    triples: { default: 'x86_64-apple-darwin' },
  },
  {
    platform: 'darwin/arm64',
    goos: 'darwin',
    goarch: 'arm64',
    objectArchitecture: 'aarch64',
    triples: { default: 'aarch64-apple-darwin' },
  },
  {
    platform: 'windows/amd64',
    goos: 'windows',
    goarch: 'amd64',
    objectArchitecture: 'x86_64',
    triples: { default: 'x86_64-pc-windows-msvc', gnu: 'x86_64-pc-windows-gnu' },
  },
  {
    platform: 'windows/arm64',
    goos: 'windows',
    goarch: 'arm64',
    objectArchitecture: 'aarch64',
    triples: { default: 'aarch64-pc-windows-msvc' },
  },
] as const;

/** A supported platform, as a user types it. */
export type Platform = (typeof table)[number]['platform'];

/** All platforms, in the order of tables and messages. */
export const platforms: readonly PlatformInfo[] = table;

/** The names of all platforms, for enumerations. */
export const platformNames: readonly [Platform, ...Platform[]] = [
  table[0].platform,
  ...table.slice(1).map((row) => row.platform),
];

/**
 * Returns the properties of a platform.
 * @throws MillwrightError PLATFORM_UNKNOWN
 */
export function platformInfo(platform: string): PlatformInfo {
  const row = platforms.find((candidate) => candidate.platform === platform);
  if (row) return row;
  throw toolkitError('PLATFORM_UNKNOWN', {
    what: `unknown platform "${platform}"`,
    why: `supported platforms: ${platformNames.join(', ')}`,
  });
}

/**
 * Returns rustc's target triple for a platform. On Linux, the default libc is gnu, as for rustup's hosts.
 * @throws MillwrightError PLATFORM_UNKNOWN for an unknown platform or one that lacks the libc
 */
export function tripleOf(platform: string, libc?: Libc): string {
  const row = platformInfo(platform);
  const triple = libc === undefined ? (row.triples.default ?? row.triples.gnu) : row.triples[libc];
  if (triple !== undefined) return triple;
  throw toolkitError('PLATFORM_UNKNOWN', {
    what: `${platform} does not support the libc "${String(libc)}"`,
    why: `${platform} has these target triples: ${Object.values(row.triples).join(', ')}`,
    remedy: 'use a libc that the platform supports, or omit `libc`',
  });
}

/** Returns the platform of a target triple, if it is known. */
export function platformOfTriple(triple: string): PlatformInfo | undefined {
  return platforms.find((row) => Object.values(row.triples).includes(triple));
}

const nodeArchitectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm: 'arm/v7',
  // Node has one name for both byte orders. Only little-endian is supported.
  ppc64: 'ppc64le',
};
const nodeSystems: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * Returns the platform of this machine.
 * @throws MillwrightError PLATFORM_UNKNOWN
 */
export function hostPlatform(os: string = process.platform, arch: string = process.arch): PlatformInfo {
  return platformInfo(`${nodeSystems[os] ?? os}/${nodeArchitectures[arch] ?? arch}`);
}

/** Returns the part of a task name that identifies a platform: `linux/arm/v7` becomes `linux-arm-v7`. */
export function platformSlug(platform: string): string {
  return platform.replaceAll('/', '-');
}
