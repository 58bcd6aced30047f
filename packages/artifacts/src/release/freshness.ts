import { artifactError } from '../errors.js';

/**
 * Checks that what is signed in CI was built by this run, and not restored from a cache that others can write to.
 * Nx gives tasks `NX_SKIP_NX_CACHE` also if the option `--skip-nx-cache` was passed.
 * @param trustCache whether the cache verifies who wrote each entry, and restores only entries of trusted builders
 * @throws MillwrightError SIGNING_CACHE_UNTRUSTED
 */
export function checkFreshness(env: NodeJS.ProcessEnv, trustCache: boolean): void {
  const isCi = env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
  const isFresh = env.NX_SKIP_NX_CACHE === 'true' || env.NX_DISABLE_NX_CACHE === 'true';
  if (!isCi || isFresh || trustCache) return;
  throw artifactError('SIGNING_CACHE_UNTRUSTED', {
    what: 'refusing to sign: this run may have restored archives from a cache',
    why: 'anyone who can write to the cache could get a file signed',
  });
}
