import { expect, it } from 'vitest';
import { CacheKiller } from './kills.ts';

// The small form of the campaign cache-kills.
it('a cache server that is killed ten times loses no acknowledged entry, and serves no wrong one', async () => {
  const killer = new CacheKiller();
  try {
    for (let kill = 0; kill < 10; kill += 1)
      await killer.run({ sizes: [10_000, 20_000_000], moment: kill / 9 }, kill);
    expect(await killer.compareAll()).toBeGreaterThan(0);
  } finally {
    await killer.close();
  }
});
