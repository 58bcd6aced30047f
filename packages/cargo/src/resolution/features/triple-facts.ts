/** Facts about a target triple as in rustc's `--print cfg`; undefined facts are unknown. */
export interface TripleFacts {
  readonly arch?: string;
  readonly pointerWidth?: string;
  readonly endian?: string;
  readonly os?: string;
  readonly families?: readonly string[];
  readonly env?: string;
  readonly vendor?: string;
}

interface Architecture {
  readonly prefix: RegExp;
  readonly arch: string;
  readonly pointerWidth: string;
  readonly endian: 'little' | 'big';
}

/** The first row with a matching prefix applies. */
const architectures: readonly Architecture[] = [
  { prefix: /^x86_64/, arch: 'x86_64', pointerWidth: '64', endian: 'little' },
  { prefix: /^i[3-6]86$/, arch: 'x86', pointerWidth: '32', endian: 'little' },
  { prefix: /^arm64ec$/, arch: 'arm64ec', pointerWidth: '64', endian: 'little' },
  { prefix: /^aarch64_be$/, arch: 'aarch64', pointerWidth: '64', endian: 'big' },
  { prefix: /^arm64_32$/, arch: 'aarch64', pointerWidth: '32', endian: 'little' },
  { prefix: /^(aarch64|arm64)/, arch: 'aarch64', pointerWidth: '64', endian: 'little' },
  { prefix: /^armeb/, arch: 'arm', pointerWidth: '32', endian: 'big' },
  { prefix: /^(arm|thumb)/, arch: 'arm', pointerWidth: '32', endian: 'little' },
  { prefix: /^riscv32/, arch: 'riscv32', pointerWidth: '32', endian: 'little' },
  { prefix: /^riscv64/, arch: 'riscv64', pointerWidth: '64', endian: 'little' },
  { prefix: /^powerpc64le$/, arch: 'powerpc64', pointerWidth: '64', endian: 'little' },
  { prefix: /^powerpc64$/, arch: 'powerpc64', pointerWidth: '64', endian: 'big' },
  { prefix: /^powerpc$/, arch: 'powerpc', pointerWidth: '32', endian: 'big' },
  { prefix: /^s390x$/, arch: 's390x', pointerWidth: '64', endian: 'big' },
  { prefix: /^loongarch32$/, arch: 'loongarch32', pointerWidth: '32', endian: 'little' },
  { prefix: /^loongarch64$/, arch: 'loongarch64', pointerWidth: '64', endian: 'little' },
  { prefix: /^mips$/, arch: 'mips', pointerWidth: '32', endian: 'big' },
  { prefix: /^mipsel$/, arch: 'mips', pointerWidth: '32', endian: 'little' },
  { prefix: /^mips64$/, arch: 'mips64', pointerWidth: '64', endian: 'big' },
  { prefix: /^mips64el$/, arch: 'mips64', pointerWidth: '64', endian: 'little' },
  { prefix: /^sparc64$/, arch: 'sparc64', pointerWidth: '64', endian: 'big' },
  { prefix: /^wasm32/, arch: 'wasm32', pointerWidth: '32', endian: 'little' },
  { prefix: /^wasm64/, arch: 'wasm64', pointerWidth: '64', endian: 'little' },
];

interface System {
  readonly segment: RegExp;
  readonly os: string;
  readonly families: readonly string[];
  /** Returns the libc or variant from the triple's last part. */
  readonly env: (last: string) => string | undefined;
}

const noEnv = (): string => '';
/** The triples of simulators on Intel Macs have no suffix. */
const mobileEnv = (last: string): string | undefined =>
  last === 'sim' || last === 'macabi' ? last : undefined;
const unix = ['unix'];

function linuxEnv(last: string): string | undefined {
  return ['gnu', 'musl', 'uclibc', 'ohos'].find((env) => last.startsWith(env));
}

const systems: readonly System[] = [
  { segment: /^android/, os: 'android', families: unix, env: noEnv },
  { segment: /^linux$/, os: 'linux', families: unix, env: linuxEnv },
  {
    segment: /^windows$/,
    os: 'windows',
    families: ['windows'],
    env: (last) => (last === 'msvc' ? 'msvc' : last.startsWith('gnu') ? 'gnu' : undefined),
  },
  { segment: /^darwin$/, os: 'macos', families: unix, env: noEnv },
  { segment: /^(ios|tvos|watchos|visionos)$/, os: '', families: unix, env: mobileEnv },
  {
    segment: /^(freebsd|netbsd|openbsd|dragonfly|illumos|solaris|fuchsia|haiku)$/,
    os: '',
    families: unix,
    env: noEnv,
  },
  { segment: /^none$/, os: 'none', families: [], env: () => undefined },
];

const wasmSystems: readonly System[] = [
  { segment: /^unknown$/, os: 'unknown', families: ['wasm'], env: noEnv },
  { segment: /^wasip1$/, os: 'wasi', families: ['wasm'], env: () => 'p1' },
  { segment: /^wasip2$/, os: 'wasi', families: ['wasm'], env: () => 'p2' },
  { segment: /^emscripten$/, os: 'emscripten', families: ['unix', 'wasm'], env: noEnv },
];

/**
 * Parses a target triple `arch[-vendor]-os[-env]` as rustc names its built-in targets (rustc book, "Platform Support").
 * Facts of other triples, such as custom target specifications, are undefined.
 */
export function factsOfTriple(triple: string): TripleFacts {
  const [first = '', ...rest] = triple.split('-');
  const last = rest.at(-1) ?? '';
  const architecture = architectures.find((row) => row.prefix.test(first));
  const found = findSystem(rest, first.startsWith('wasm') ? wasmSystems : systems);
  const halfWidth = /x32$|ilp32$/.test(last);
  return {
    ...(architecture && {
      arch: architecture.arch,
      pointerWidth: halfWidth ? '32' : architecture.pointerWidth,
      endian: architecture.endian,
    }),
    ...(architecture && found && systemFacts(found, rest, last)),
  };
}

interface FoundSystem {
  readonly system: System;
  readonly index: number;
}

/** Finds the rightmost part that names a system: `linux-android` is Android, but `linux-none` is Linux. */
function findSystem(rest: readonly string[], known: readonly System[]): FoundSystem | undefined {
  for (let index = rest.length - 1; index >= 0; index--) {
    const system = known.find((row) => row.segment.test(rest[index] ?? ''));
    if (system && !(system.os === 'none' && rest.includes('linux'))) return { system, index };
  }
  return undefined;
}

function systemFacts({ system, index }: FoundSystem, rest: readonly string[], last: string): TripleFacts {
  const env = system.env(last);
  const vendor = index === 0 || rest[0] === 'linux' ? 'unknown' : rest[0];
  return {
    os: system.os === '' ? (rest[index] ?? '') : system.os,
    families: system.families,
    ...(env === undefined ? {} : { env }),
    ...(vendor === undefined ? {} : { vendor }),
  };
}
