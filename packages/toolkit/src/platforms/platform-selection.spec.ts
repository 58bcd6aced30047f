import { expect, it } from 'vitest';
import { type PlatformChoice, type PlatformTarget, replacementTargets } from './platform-selection.js';

/** The platforms of a project's targets. */
const targets = new Map<string, PlatformChoice>([
  ['build-linux-amd64', { platform: 'linux/amd64' }],
  ['build-linux-amd64-musl', { platform: 'linux/amd64', libc: 'musl' }],
  ['build-linux-arm64', { platform: 'linux/arm64' }],
  ['build-linux-arm64-musl', { platform: 'linux/arm64', libc: 'musl' }],
  ['build-darwin-arm64', { platform: 'darwin/arm64' }],
]);

function request(target: string, requested: PlatformChoice, together: boolean): PlatformTarget {
  const siblings = new Map([...targets].filter(([name]) => name !== target));
  const running = new Set(together ? siblings.keys() : []);
  return { project: 'app', target, configured: targets.get(target) ?? {}, requested, siblings, running };
}

/** Returns the targets that build, of those that `build` runs. */
function building(requested: PlatformChoice): string[] {
  return [...targets.keys()].filter(
    (target) => replacementTargets(request(target, requested, true)) === undefined,
  );
}

it.each<[string, PlatformChoice, readonly string[]]>([
  ['nothing', {}, [...targets.keys()]],
  ['a platform', { platform: 'linux/arm64' }, ['build-linux-arm64', 'build-linux-arm64-musl']],
  ['a C library', { libc: 'musl' }, ['build-linux-amd64-musl', 'build-linux-arm64-musl']],
  ['the default C library', { libc: 'gnu' }, ['build-linux-amd64', 'build-linux-arm64']],
  ['both', { platform: 'linux/amd64', libc: 'gnu' }, ['build-linux-amd64']],
  ['a platform without a choice', { platform: 'darwin/arm64' }, ['build-darwin-arm64']],
])('on build, %s selects the matching targets', (_, asked, expected) => {
  expect(building(asked)).toEqual(expected);
});

it.each<[string, PlatformChoice]>([
  ['a platform that is not configured', { platform: 'linux/riscv64' }],
  ['a C library that the platform does not have', { platform: 'darwin/arm64', libc: 'musl' }],
])('on build, every target rejects %s', (_, asked) => {
  for (const target of targets.keys())
    expect(() => replacementTargets(request(target, asked, true))).toThrow('OPTION_CONTRADICTS_TARGET');
});

it('a single target rejects another platform and suggests the right command', () => {
  const refused = () =>
    replacementTargets(request('build-linux-amd64', { platform: 'linux/arm64', libc: 'gnu' }, false));
  expect(refused).toThrow(
    expect.objectContaining({
      code: 'OPTION_CONTRADICTS_TARGET',
      what: 'app:build-linux-amd64 builds for linux/amd64, but linux/arm64 with gnu was requested',
      remedy: 'nx run app:build-linux-arm64',
    }) as Error,
  );
});

it.each<[string, PlatformChoice, PlatformChoice]>([
  ['its own platform', { platform: 'linux/amd64' }, { platform: 'linux/amd64' }],
  ['its own C library', { platform: 'linux/amd64' }, { libc: 'gnu' }],
  ['any platform if it has none', {}, { platform: 'linux/arm64' }],
])('a single target accepts %s', (_, configured, requested) => {
  const alone = {
    project: 'app',
    target: 'mine',
    configured,
    requested,
    siblings: targets,
    running: new Set<string>(),
  };
  expect(replacementTargets(alone)).toBeUndefined();
});
