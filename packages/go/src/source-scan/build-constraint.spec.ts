import { describe, expect, it } from 'vitest';
import { type Tristate, type BuildContext, isBuilt } from './build-constraint.js';

const linux: BuildContext = { goos: 'linux', goarch: 'amd64', cgo: false, tags: ['mine'] };

describe('file names', () => {
  it.each<[string, boolean]>([
    ['a.go', true],
    ['a_linux.go', true],
    ['a_windows.go', false],
    ['a_amd64.go', true],
    ['a_arm64.go', false],
    ['a_linux_amd64.go', true],
    ['a_linux_arm64.go', false],
    ['a_windows_amd64.go', false],
    ['a_unix.go', true],
    ['linux.go', true],
    ['windows.go', true],
    ['a_windows_test.go', false],
    ['a_other_amd64.go', true],
    ['a_windows_other.go', true],
    ['_a.go', false],
    ['.a.go', false],
    ['a_windows.s', false],
  ])('%s on linux/amd64: %s', (name, expected) => {
    expect(isBuilt(name, undefined, linux)).toBe(expected);
  });
});

describe('constraints', () => {
  it.each<[string, Tristate]>([
    ['linux', true],
    ['windows', false],
    ['!windows', true],
    ['linux && amd64', true],
    ['linux && arm64', false],
    ['windows || amd64', true],
    ['(windows || linux) && !arm64', true],
    ['unix', true],
    ['cgo', false],
    ['gc', true],
    ['ignore', false],
    ['mine', true],
    ['other', undefined],
    ['!other', undefined],
    ['other || linux', true],
    ['other && windows', false],
    ['other && linux', undefined],
    ['go1.18', undefined],
    ['go1.18 && windows', false],
    ['linux // a remark', true],
  ])('%s on linux/amd64 with the tag mine: %s', (constraint, expected) => {
    expect(isBuilt('a.go', constraint, linux)).toBe(expected);
  });

  it.each([
    ['negations', `${'!'.repeat(200_000)}linux`],
    ['parentheses', `${'('.repeat(200_000)}linux${')'.repeat(200_000)}`],
    ['alternatives', Array(200_000).fill('linux').join(' || ')],
  ])('treats an expression with too many %s, which Go rejects, as unknown', (_, constraint) => {
    expect(isBuilt('a.go', constraint, linux)).toBeUndefined();
  });

  it('treats android as linux too', () => {
    expect(isBuilt('a_linux.go', 'linux && android', { ...linux, goos: 'android' })).toBe(true);
  });
});
