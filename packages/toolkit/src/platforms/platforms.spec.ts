import { describe, expect, it } from 'vitest';
import { describeWithTool } from '../testing.js';
import { output } from '../process/output.spec.helper.js';
import {
  hostPlatform,
  platformInfo,
  platformNames,
  platformOfTriple,
  platforms,
  platformSlug,
  tripleOf,
} from './platforms.js';

describe('the table of platforms', () => {
  it('names each platform once as os/arch[/variant]', () => {
    expect(new Set(platformNames).size).toBe(platforms.length);
    for (const { platform, goos, goarch, goarm } of platforms) {
      expect(platform).toBe([goos, goarch, ...(goarm === undefined ? [] : [`v${goarm}`])].join('/'));
    }
  });

  it('assigns each target triple to one platform', () => {
    const triples = platforms.flatMap((row) => Object.values(row.triples));
    expect(new Set(triples).size).toBe(triples.length);
  });
});

describeWithTool(describe, ['go'], 'the table of platforms and Go', () => {
  it('contains only systems and architectures that Go supports', async () => {
    const known = (await output('go', ['tool', 'dist', 'list'])).split('\n');
    for (const { goos, goarch } of platforms) expect(known).toContain(`${goos}/${goarch}`);
  });
});

describeWithTool(describe, ['rustc'], 'the table of platforms and Rust', () => {
  it('contains only target triples that rustc supports', async () => {
    const known = (await output('rustc', ['--print', 'target-list'])).split('\n');
    for (const { triples } of platforms) {
      for (const triple of Object.values(triples)) expect(known).toContain(triple);
    }
  });
});

describe('platformInfo', () => {
  it('finds a platform by its name', () => {
    expect(platformInfo('linux/arm64')).toMatchObject({ goarch: 'arm64', objectArchitecture: 'aarch64' });
  });

  it.each(['linux/x64', 'LINUX/AMD64', 'linux', 'linux/arm', ''])(
    'rejects "%s", and lists the platforms',
    (name) => {
      expect(() => platformInfo(name)).toThrow(
        expect.objectContaining({
          code: 'PLATFORM_UNKNOWN',
          why: expect.stringContaining('linux/amd64, linux/arm64') as string,
        }),
      );
    },
  );
});

describe('tripleOf', () => {
  it.each([
    ['linux/amd64', undefined, 'x86_64-unknown-linux-gnu'],
    ['linux/amd64', 'musl', 'x86_64-unknown-linux-musl'],
    ['linux/arm/v7', 'gnu', 'armv7-unknown-linux-gnueabihf'],
    ['darwin/arm64', undefined, 'aarch64-apple-darwin'],
    ['windows/amd64', undefined, 'x86_64-pc-windows-msvc'],
    ['windows/amd64', 'gnu', 'x86_64-pc-windows-gnu'],
  ] as const)('returns for %s with the libc %s: %s', (platform, libc, triple) => {
    expect(tripleOf(platform, libc)).toBe(triple);
    expect(platformOfTriple(triple)?.platform).toBe(platform);
  });

  it.each([
    ['darwin/arm64', 'gnu', 'aarch64-apple-darwin'],
    ['linux/s390x', 'musl', 's390x-unknown-linux-gnu'],
  ] as const)('rejects %s with the libc %s, and suggests %s', (platform, libc, triple) => {
    expect(() => tripleOf(platform, libc)).toThrow(
      expect.objectContaining({
        code: 'PLATFORM_UNKNOWN',
        why: expect.stringContaining(triple) as string,
      }),
    );
  });

  it('returns no platform for an unknown triple', () => {
    expect(platformOfTriple('wasm32-unknown-unknown')).toBeUndefined();
  });
});

describe('hostPlatform', () => {
  it.each([
    ['linux', 'x64', 'linux/amd64'],
    ['linux', 'arm64', 'linux/arm64'],
    ['linux', 'arm', 'linux/arm/v7'],
    ['linux', 'ia32', 'linux/386'],
    ['linux', 'ppc64', 'linux/ppc64le'],
    ['linux', 's390x', 'linux/s390x'],
    ['linux', 'riscv64', 'linux/riscv64'],
    ['darwin', 'arm64', 'darwin/arm64'],
    ['win32', 'x64', 'windows/amd64'],
  ])("of Node's %s and %s is %s", (os, arch, platform) => {
    expect(hostPlatform(os, arch).platform).toBe(platform);
  });

  it('returns a known platform on this machine', () => {
    expect(platformNames).toContain(hostPlatform().platform);
  });

  it('rejects an unknown machine', () => {
    expect(() => hostPlatform('sunos', 'x64')).toThrow('unknown platform "sunos/amd64"');
  });
});

describe('platformSlug', () => {
  it('replaces every slash', () => {
    expect(platformSlug('linux/arm/v7')).toBe('linux-arm-v7');
  });
});
