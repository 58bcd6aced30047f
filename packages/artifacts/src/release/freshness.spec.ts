import { expect, it } from 'vitest';
import { checkFreshness } from './freshness.js';

it.each<[title: string, env: NodeJS.ProcessEnv, trustCache: boolean, isAllowed: boolean]>([
  ['on a developer machine', {}, false, true],
  ['where CI is set to false', { CI: 'false' }, false, true],
  ['in CI that skips the cache', { CI: 'true', NX_SKIP_NX_CACHE: 'true' }, false, true],
  ['in CI that disables the cache', { CI: '1', NX_DISABLE_NX_CACHE: 'true' }, false, true],
  ['in CI with a cache that binds builders', { CI: 'true' }, true, true],
  ['in CI with a cache', { CI: 'true' }, false, false],
  ['in CI that skips only the remote cache', { CI: 'true', NX_SKIP_REMOTE_CACHE: 'true' }, false, false],
])('allows signing %s: %o', (_, env, trustCache, isAllowed) => {
  const check = () => {
    checkFreshness(env, trustCache);
  };
  if (isAllowed) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'SIGNING_CACHE_UNTRUSTED' }));
});
