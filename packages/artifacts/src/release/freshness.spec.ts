import { expect, it } from 'vitest';
import { checkFreshness, type SigningRun } from './freshness.js';

const run = { trustCache: false, leavesOutBuilds: false };

it.each<[title: string, env: NodeJS.ProcessEnv, run: Partial<SigningRun>, isAllowed: boolean]>([
  ['on a developer machine', {}, {}, true],
  ['where CI is set to false', { CI: 'false' }, {}, true],
  ['in CI that skips the cache', { CI: 'true', NX_SKIP_NX_CACHE: 'true' }, {}, true],
  ['in CI that disables the cache', { CI: '1', NX_DISABLE_NX_CACHE: 'true' }, {}, true],
  ['in CI with a cache that binds builders', { CI: 'true' }, { trustCache: true }, true],
  ['in CI with a cache', { CI: 'true' }, {}, false],
  ['without builds on a developer machine', {}, { leavesOutBuilds: true }, true],
  ['in CI without builds', { CI: 'true', NX_SKIP_NX_CACHE: 'true' }, { leavesOutBuilds: true }, false],
  [
    'in CI without builds, with a cache that binds builders',
    { CI: 'true' },
    { leavesOutBuilds: true, trustCache: true },
    true,
  ],
  [
    'in a trusted job, with a cache that binds builders',
    { CI: 'true', MILLWRIGHT_TRUST_CLASS: 'trusted' },
    { trustCache: true },
    true,
  ],
  [
    'in a pull request, whatever its project says of the cache',
    { CI: 'true', MILLWRIGHT_TRUST_CLASS: 'pr:12' },
    { trustCache: true },
    false,
  ],
  [
    'in a pull request that skips the cache',
    { CI: 'true', MILLWRIGHT_TRUST_CLASS: 'pr:12', NX_SKIP_NX_CACHE: 'true' },
    {},
    true,
  ],
  ['in a trusted job of a CI without variables', { MILLWRIGHT_TRUST_CLASS: 'trusted' }, {}, false],
  ['on a developer machine with a token', { MILLWRIGHT_TRUST_CLASS: 'dev:ada' }, {}, true],
  ['in CI that skips only the remote cache', { CI: 'true', NX_SKIP_REMOTE_CACHE: 'true' }, {}, false],
])('allows signing %s: %o', (_, env, how, isAllowed) => {
  const check = () => {
    checkFreshness(env, { ...run, ...how });
  };
  if (isAllowed) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'SIGNING_CACHE_UNTRUSTED' }));
});
