import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { cacheFolder, homeFolder, variableOf } from './environment.js';

describe('cacheFolder', () => {
  const usual = join(homeFolder({}), '.cache/millwright');
  it.each([
    ['/some/cache', '/some/cache/millwright'],
    ['', usual],
    ['relative', usual],
    ['./relative', usual],
    [undefined, usual],
  ])('with XDG_CACHE_HOME=%j is %s', (value, expected) => {
    expect(cacheFolder({ XDG_CACHE_HOME: value })).toBe(expected);
  });

  it('ignores inherited properties', () => {
    const env = Object.create({ XDG_CACHE_HOME: '/evil' }) as Record<string, string>;
    expect(cacheFolder(env)).toBe(usual);
  });
});

describe('homeFolder', () => {
  it.each([
    ['/home/someone', '/home/someone'],
    ['', userInfo().homedir],
    ['relative', userInfo().homedir],
    [undefined, userInfo().homedir],
  ])('with HOME=%j is %s', (HOME, expected) => {
    expect(homeFolder({ HOME })).toBe(expected);
  });
});

it('returns a home and cache folder for an unknown user', async () => {
  vi.doMock('node:os', async (original) => ({
    ...(await original<object>()),
    userInfo: () => {
      throw new Error('uv_os_get_passwd returned ENOENT');
    },
  }));
  vi.resetModules();
  const unknown = await import('./environment.js');
  vi.doUnmock('node:os');
  expect(unknown.homeFolder({}).startsWith(join(tmpdir(), 'millwright-'))).toBe(true);
  expect(unknown.cacheFolder({}).endsWith('/.cache/millwright')).toBe(true);
});

it('ignores inherited properties', () => {
  expect(variableOf({ PATH: '/bin' }, 'PATH')).toBe('/bin');
  expect(variableOf({}, 'constructor')).toBeUndefined();
});
